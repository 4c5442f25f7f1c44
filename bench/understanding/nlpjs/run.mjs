// node run.mjs TRAINING.json MESSAGES.json ANSWERS.json: trains nlp.js and reads messages with it.
// nlp.js has no Albanian stemmer: the language's code only names the domain, as its documentation asks for.
import { readFileSync, writeFileSync } from "node:fs";
import { dockStart } from "@nlpjs/basic";

const [training, messages, answers] = process.argv.slice(2);
const dock = await dockStart({
  settings: { nlp: { languages: ["sq"], autoSave: false, threshold: 0.3, log: false } },
  use: ["Basic"],
});
const nlp = dock.get("nlp");
nlp.addLanguage("sq");
for (const { text, intent } of JSON.parse(readFileSync(training, "utf8"))) nlp.addDocument("sq", text, intent);

let started = performance.now();
await nlp.train();
const trained = (performance.now() - started) / 1000;

const read = {};
for (const [name, texts] of Object.entries(JSON.parse(readFileSync(messages, "utf8")))) {
  read[name] = [];
  for (const text of texts) {
    started = performance.now();
    const { intent, score } = await nlp.process("sq", text);
    read[name].push([intent === "None" ? "nlu_fallback" : intent, score, performance.now() - started]);
  }
}
writeFileSync(answers, JSON.stringify({ training_s: trained, loading_s: null, answers: read }));
