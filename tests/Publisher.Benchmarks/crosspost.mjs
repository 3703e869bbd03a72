// A loop over @humanwhocodes/crosspost: node crosspost.mjs FOLDER STAND-INS WHAT MESSAGES DUE MASTODON-TOKEN BLUESKY-NAME BLUESKY-PASSWORD
// Prints how many posts failed. When they arrived, the stand-ins know.
import { pathToFileURL } from "node:url";

const [folder, standIns, what, messages, due, token, identifier, password] = process.argv.slice(2);
const { Client, MastodonStrategy, BlueskyStrategy } = await import(pathToFileURL(`${folder}/node_modules/@humanwhocodes/crosspost/dist/index.js`).href);

// It always speaks https to the host it is given, and the stand-ins do not. Nothing else of a request is changed.
const fetchAsItIs = globalThis.fetch;
globalThis.fetch = (address, options) => fetchAsItIs(String(address).replace(/^https:\/\/localhost/, "http://localhost"), options);

const host = new URL(standIns).host;
const client = new Client({
  strategies: [
    new MastodonStrategy({ accessToken: token, host: `${host}/mastodon` }),
    new BlueskyStrategy({ identifier, password, host: `${host}/bluesky` }),
  ],
});

for (let warm = 1; warm <= 10; warm++) {
  await client.post(`${what}, warm: number ${warm} is lifted.`);
}

await new Promise(done => setTimeout(done, Math.max(0, Number(due) - Date.now() + 1)));
let failed = 0;
for (let number = 1; number <= Number(messages); number++) {
  const answers = await client.post(`${what}: the flood warning number ${number} is lifted.`);
  failed += answers.filter(answer => !answer.ok).length;
}

console.log(failed);
