// Objects of Intl: the locale each was made for.
'use strict';

module.exports = ({ expect, kind, keep, major }) => {
  const made = {};
  const intl = (name, ...args) => kind(made, name, () => {
    const object = new Intl[name](...args);
    // What V8 works out when it is asked for is in no slot.
    const computed = name === 'Collator' ? major < 26 : name === 'DateTimeFormat' && major < 14;
    return computed ? object : expect(object, { slots: [['[locale]', { of: object.resolvedOptions().locale }]] });
  });
  intl('Collator', 'de-AT', { sensitivity: 'base' });
  intl('DateTimeFormat', 'de-AT', { timeZone: 'Europe/Vienna' });
  intl('ListFormat', 'de-AT');
  intl('NumberFormat', 'de-AT', { style: 'percent' });
  intl('PluralRules', 'de-AT', { type: 'ordinal' });
  intl('RelativeTimeFormat', 'de-AT');
  intl('Segmenter', 'de-AT', { granularity: 'word' });
  kind(made, 'DisplayNames', () => new Intl.DisplayNames('de-AT', { type: 'region' }));
  kind(made, 'DurationFormat', () => new Intl.DurationFormat('de-AT'));
  kind(made, 'Locale', () => new Intl.Locale('de-AT'));
  kind(made, 'Segments', () => new Intl.Segmenter('de').segment('ein Satz'));
  kind(made, 'SegmentIterator', () => new Intl.Segmenter('de').segment('ein Satz')[Symbol.iterator]());
  // The function that a getter makes is kept by the object.
  kind(made, 'boundFormat', () => {
    const object = new Intl.NumberFormat('en');
    const format = keep(object.format);
    return expect(object, { slots: [['[bound_format]', { of: format }]] });
  });
  return made;
};
