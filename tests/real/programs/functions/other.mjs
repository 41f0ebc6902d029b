export let counter = 1;
export function bump() { counter++; }
export default 'default of other';
