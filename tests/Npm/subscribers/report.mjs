// What every subscriber prints: a JSON line for each stream that opens and each event that is dispatched.
const print = (line) => process.stdout.write(`${JSON.stringify(line)}\n`);

export const url = process.argv[2];
export const opened = () => print({ opened: true });
export const received = (type, data, id) => print({ type: type || 'message', data, id: id ?? '' });
