// @ts-check
/** The page around the chat: its link leads into the message field, which has the focus from the beginning where no keyboard comes up for it. */

const chat = document.getElementById("chat");

document.querySelector(".skip")?.addEventListener("click", (event) => {
  event.preventDefault();
  chat?.focus();
});

await customElements.whenDefined("ndihma-chat");
if (matchMedia("(pointer: fine)").matches) chat?.focus();
