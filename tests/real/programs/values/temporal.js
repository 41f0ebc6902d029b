// Dates and times of Temporal: what each says of itself.
'use strict';

module.exports = ({ expect, kind, major }) => {
  const made = {};
  const say = (name, make) => kind(made, name, () => { const object = make(); return expect(object, { says: String(object) }); });
  // The library's number of a time zone says nothing to us, only how far it is from UTC; V8's own objects say
  // what it is called, but not how far.
  const zoned = (name, make) => kind(made, name, () => {
    const object = make();
    return expect(object, { says: major >= 26 ? String(object).replace(/\[.*/, '') : String(object.toInstant()) });
  });
  say('duration', () => Temporal.Duration.from('P1Y2M3W4DT5H6M7.008009011S'));
  say('negative', () => Temporal.Duration.from('-PT36H0.5S'));
  say('zero', () => new Temporal.Duration());
  say('instant', () => Temporal.Instant.from('2024-02-29T12:34:56.789012345Z'));
  say('before', () => Temporal.Instant.from('1969-12-31T23:59:59.999999999Z'));
  say('date', () => Temporal.PlainDate.from('2024-02-29'));
  say('farDate', () => Temporal.PlainDate.from('-012345-06-07'));
  say('dateTime', () => Temporal.PlainDateTime.from('2024-02-29T12:34:56.789012'));
  say('wholeMinute', () => Temporal.PlainDateTime.from('1999-12-31T23:59'));
  say('monthDay', () => Temporal.PlainMonthDay.from('02-29'));
  say('time', () => Temporal.PlainTime.from('12:34:56.789'));
  say('yearMonth', () => Temporal.PlainYearMonth.from('2024-02'));
  zoned('zoned', () => Temporal.ZonedDateTime.from('2024-02-29T12:34:56.789+01:00[Europe/Berlin]'));
  zoned('offset', () => Temporal.ZonedDateTime.from('2024-02-29T12:34:56-03:30[-03:30]'));
  return made;
};
