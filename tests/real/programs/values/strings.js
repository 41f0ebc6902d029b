// Strings of every representation. Runs on all versions; external ones come from Buffer.toString above 1 MB,
// uncached ones need --expose-externalize-string, which the program is run with.
'use strict';

let counter = 0;
const unique = () => String(++counter) + ' is unique here: ';

module.exports = ({ collect, lack, later }) => {
  const made = {};
  const latin1 = text => Buffer.from(text, 'latin1').toString('latin1');
  const utf16 = text => Buffer.from(text, 'utf16le').toString('utf16le');
  made.empty = '';
  made.oneChar = 'x';
  made.sequentialOneByte = latin1(unique() + 'caf\u00e9');
  made.sequentialTwoByte = utf16(unique() + '\u0434\u0430\u043c\u043f \ud83c\udf0a');
  made.internalized = 'anInternalizedString';
  made.internalizedTwoByte = '\u0438\u043d\u0442\u0435\u0440\u043d';
  made.loneHigh = utf16(unique() + 'lone \ud83c');
  made.loneLow = utf16('\udf0a lone ' + unique());
  made.reversedPair = utf16(unique() + '\udf0a\ud83c');
  made.controls = latin1(unique() + '\u0000\u0001\b\t\n\u000b\f\r\u001b[31m\u007f\u0085');
  made.bidi = utf16(unique() + '\u202e\u200b\u2028');
  made.quotes = latin1(unique() + '"\\\'`');
  const left = unique() + 'the left half of a cons string', right = ' and its right half, which is long enough';
  made.cons = left + right;
  made.consTwoByte = left + '\u0434\u0430, this half has two bytes a character';
  made.flatCons = left + ' to be flattened ' + right; made.flatCons.charCodeAt(3); /x/.test(made.flatCons);
  made.deepCons = ''; for (let i = 0; i < 2000; i++) made.deepCons += 'number ' + i + ', ';
  made.rightCons = ''; for (let i = 0; i < 2000; i++) made.rightCons = 'number ' + i + ', ' + made.rightCons;
  const parent = latin1(unique() + '0123456789'.repeat(30));
  made.sliced = parent.slice(25, 275);
  made.slicedAgain = made.sliced.slice(10, 60);
  made.slicedOfTwoByte = utf16(unique() + '\u0434\u0430'.repeat(50)).slice(10, 80);
  made.slicedOfCons = (left + right + left).slice(20, 70);
  made.thin = (unique() + 'becomes thin ').slice(0, 20) + 'when it is a key of an object';
  later(() => { made.keys = { [made.thin]: 1 }; });
  const keyed = latin1(unique() + 'a parent that becomes thin under its slice').concat(' and more of it');
  made.slicedOfThin = keyed.slice(5, 60);
  later(() => { made.keys[keyed] = 2; });
  made.externalOneByte = Buffer.alloc(1100000, 'external one byte, ').toString('latin1');
  made.externalTwoByte = Buffer.alloc(2200000, Buffer.from('external tw\u03c9 byte, ', 'utf16le')).toString('utf16le');
  made.slicedOfExternal = made.externalOneByte.slice(1000, 1100);
  made.consOfExternal = made.externalOneByte + ' and more';
  made.long = 'x'.repeat(100000);
  // Copies of one text: as many strings, none of which V8 knows to be the same.
  made.copies = [];
  for (const [number, count] of [[1, 3], [2, 2], [30, 7]])
    for (let i = 0; i < count; i++) made.copies.push(latin1(['copied text number', number].join(' ')));
  // A string of its own whose characters were moved out of the heap; short ones get no pointer to them.
  if (typeof externalizeString === 'function') {
    const short = latin1('uncached'), wide = utf16('\u0434\u0430\u043c');
    const longer = latin1(unique() + 'moved out of the heap');
    later(() => {
      for (const [name, text] of [['uncachedOneByte', short], ['uncachedTwoByte', wide], ['movedOut', longer]]) {
        try { externalizeString(text); } catch (e) { lack('strings.' + name, e.message); continue; }
        made[name] = text;
      }
    });
  }
  return made;
};
