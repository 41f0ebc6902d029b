#include "views/symbol_text.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void check(const char *name, const char *expected)
{
    char buffer[128];
    assert_string_equal(symbol_text(name, buffer, sizeof buffer), expected);
}

static void test_plain_names(void **state)
{
    (void)state;
    check("_ZN2v84base2OS5AbortEv", "v8::base::OS::Abort");
    check("_ZNK2v86String6LengthEv", "v8::String::Length");
    check("_ZN4nodeL5AbortERKN2v820FunctionCallbackInfoINS0_5ValueEEE", "node::Abort");
    check("_ZN4node12_GLOBAL__N_119DefaultAbortHandlerEPKcS2_",
          "node::(anonymous)::DefaultAbortHandler");
    check("_Z8V8_FatalPKcz", "V8_Fatal");
    check("epoll_pwait", "epoll_pwait");
    check("Builtins_CEntry", "Builtins_CEntry");
}

static void test_what_is_not_read(void **state)
{
    (void)state;
    check("_ZN2v84base6VectorIcE5beginEv", "_ZN2v84base6VectorIcE5beginEv");
    check("_ZN4node3FooC1Ev", "_ZN4node3FooC1Ev");
    check("_ZN99shortE", "_ZN99shortE");
    check("_ZN2v8", "_ZN2v8");
    check("_Z", "_Z");
    check("", "");
}

static void test_cut(void **state)
{
    char buffer[8];
    (void)state;
    assert_string_equal(symbol_text("_ZN2v84base2OS5AbortEv", buffer, sizeof buffer), "v8::bas");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_plain_names),
        cmocka_unit_test(test_what_is_not_read),
        cmocka_unit_test(test_cut),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
