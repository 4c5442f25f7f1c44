// The pages of the compared widgets and a small server of the kind that each of them speaks to.
//
//   node stub.mjs PORT FOLDER STATE POLICY
//
// FOLDER holds what npm gave, STATE is a file that outlives this process: a conversation and a message that is still to
// be answered are found again after a restart, as a real service's would be. An answer comes in two parts, after one and
// after three seconds, so that the server can be killed in between.

import { createServer } from "node:http";
import { createRequire } from "node:module";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const [port, folder, statePath, policy] = process.argv.slice(2);
const { Server } = createRequire(join(folder, "node_modules", "x"))("socket.io");
const FIRST = "Pjesa e parë.";
const SECOND = (n) => `Përgjigjja ${n} e plotë.`;
const state = existsSync(statePath) ? JSON.parse(readFileSync(statePath, "utf8")) : { talks: {} };
const keep = () => writeFileSync(statePath, JSON.stringify(state));
const talk = (id) => (state.talks[id] ??= { activities: [], asked: 0, waiting: 0 });
const TYPES = { html: "text/html", js: "text/javascript", css: "text/css" };

const page = (name) =>
  `<!doctype html><html lang="sq"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>Krahasim</title><link rel="icon" href="/icon.svg"></head><body><main><h1>Krahasim</h1>${
    { "deep-chat": '<deep-chat id="chat"></deep-chat>', "botframework-webchat": '<div id="chat"></div>' }[name] ?? ""
  }</main>${name === "nothing" ? "" : `<script src="/file/${name}.js"${name === "deep-chat" ? ' type="module"' : ""}></script>
<script src="/start/${name}.js"${name === "deep-chat" ? ' type="module"' : ""}></script>`}</body></html>`;

const START = {
  "deep-chat": `const chat = document.getElementById("chat");
chat.connect = { url: "/deep-chat", stream: true };`,
  "rasa-webchat": `window.WebChat.default({ socketUrl: location.origin, socketPath: "/socket.io/", title: "Ndihma",
  initPayload: "/greet", inputTextFieldHint: "Shkruani pyetjen tuaj" }, null);`,
  "botframework-webchat": `window.WebChat.renderWebChat({ directLine: window.WebChat.createDirectLine({ secret: "none",
  domain: location.origin + "/v3/directline", webSocket: false }), userID: "dl_customer" }, document.getElementById("chat"));`,
};

const server = createServer(async (request, response) => {
  const url = new URL(request.url, "http://localhost");
  const send = (body, type = "application/json", status = 200) => {
    response.writeHead(status, {
      "Content-Type": `${type}; charset=utf-8`, "Cache-Control": "no-store", "Content-Security-Policy": policy,
    });
    response.end(typeof body === "string" || Buffer.isBuffer(body) ? body : JSON.stringify(body));
  };
  const [, first, second] = url.pathname.split("/");
  if (first === "page") return send(page(second), TYPES.html);
  if (first === "start") return send(START[second.replace(/\.js$/u, "")] ?? "", TYPES.js);
  if (first === "file") return send(readFileSync(join(folder, "peers", second)), TYPES.js);
  if (first === "icon.svg") return send('<svg xmlns="http://www.w3.org/2000/svg"/>', "image/svg+xml");
  if (first === "deep-chat") return deepChat(request, response);
  if (first === "v3") return directLine(url, request, send);
  return send({}, "application/json", 404);
});

async function body(request) {
  const chunks = [];
  for await (const chunk of request) chunks.push(chunk);
  return JSON.parse(Buffer.concat(chunks).toString("utf8") || "{}");
}

// deep-chat: one request for each message, its answer streamed.
async function deepChat(request, response) {
  await body(request);
  const n = (talk("deep-chat").asked += 1);
  keep();
  response.writeHead(200, { "Content-Type": "text/event-stream", "Content-Security-Policy": policy });
  const say = (text) => response.write(`data: ${JSON.stringify({ text })}\n\n`);
  setTimeout(() => say(FIRST + " "), 1000);
  setTimeout(() => { say(SECOND(n)); response.end(); }, 3000);
}

// Bot Framework: Direct Line 3.0 by polling.
function directLine(url, request, send) {
  const [, , , , id, what] = url.pathname.split("/");
  if (id === undefined) {
    const made = `talk-${Object.keys(state.talks).length}`;
    talk(made);
    keep();
    return send({ conversationId: made, token: "none", expires_in: 1800 }, "application/json", 201);
  }
  const mine = talk(id);
  if (what === "activities" && request.method === "POST") {
    return body(request).then((activity) => {
      const stored = put(id, { ...activity, channelData: activity.channelData });
      if (activity.type === "message") { mine.asked += 1; mine.waiting = mine.asked; keep(); answer(id); }
      send({ id: stored.id });
    });
  }
  if (what === "activities") {
    const after = Number(url.searchParams.get("watermark") ?? 0);
    return send({ activities: mine.activities.slice(after), watermark: String(mine.activities.length) });
  }
  return send({ conversationId: id, token: "none", expires_in: 1800 });
}

function put(id, activity) {
  const mine = talk(id);
  const stored = { ...activity, id: `${id}|${String(mine.activities.length).padStart(7, "0")}`,
    conversation: { id }, channelId: "directline", timestamp: new Date().toISOString() };
  mine.activities.push(stored);
  keep();
  return stored;
}

function answer(id) {
  const n = talk(id).waiting;
  const bot = { type: "message", from: { id: "bot", name: "Ndihma", role: "bot" } };
  setTimeout(() => put(id, { ...bot, text: FIRST }), 1000);
  setTimeout(() => { put(id, { ...bot, text: SECOND(n) }); talk(id).waiting = 0; keep(); }, 3000);
}
for (const [id, { waiting }] of Object.entries(state.talks)) if (id.startsWith("talk-") && waiting) answer(id);

// Rasa's socket.io channel.
new Server(server, { allowEIO3: true, path: "/socket.io/" }).on("connection", (socket) => {
  let id = socket.id;
  const say = (n) => {
    setTimeout(() => socket.emit("bot_uttered", { text: FIRST }), 1000);
    setTimeout(() => {
      if (!socket.connected) return;
      socket.emit("bot_uttered", { text: SECOND(n) });
      talk(id).waiting = 0;
      keep();
    }, 3000);
  };
  socket.on("session_request", (data) => {
    id = data?.session_id ?? socket.id;
    talk(id);
    socket.emit("session_confirm", { session_id: id });
    if (talk(id).waiting) say(talk(id).waiting);
  });
  socket.on("user_uttered", (data) => {
    if (String(data?.message ?? "").startsWith("/")) return;
    talk(id).asked += 1;
    talk(id).waiting = talk(id).asked;
    keep();
    say(talk(id).asked);
  });
});

server.listen(Number(port), "127.0.0.1", () => process.stdout.write("ready\n"));
