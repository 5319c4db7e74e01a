// The papers' programs, made to ask for the key three times, the last time anew. They print how often the secret was
// read so far, less one, and no key.

export const countingJavaScript = (program: string, key: unknown): string => `${program}
let reads = -1;
const send = secrets.send.bind(secrets);
secrets.send = (command) => { reads += 1; return send(command); };
for (const fresh of [false, false, true]) {
  if ((await momentoKey({ fresh })) !== ${JSON.stringify(key)}) throw new Error('another key');
  console.log(reads);
}`;

export const countingPython = (program: string, key: unknown): string => `${program}
reads = -1
get = secrets.get_secret_value


def counted(**request):
    global reads
    reads += 1
    return get(**request)


secrets.get_secret_value = counted
for fresh in (False, False, True):
    assert momento_key(fresh) == ${JSON.stringify(key)}
    print(reads)
`;
