// Parts of a page that follow what others do. They are asked for again from time to time and changed only where
// they differ, so that focus, selection and reading position stay; what is new is said. Without script the link
// « Actualiser » does the same. See templates/components/following.html.
"use strict";

const READERS_OWN = "open"; // what a reader did to the page, of which the server knows nothing

function isSameNode(old, fresh) {
  return old.nodeType === fresh.nodeType && old.nodeName === fresh.nodeName && (old.id ?? "") === (fresh.id ?? "");
}

function syncAttributes(old, fresh) {
  for (const { name, value } of fresh.attributes)
    if (old.getAttribute(name) !== value) old.setAttribute(name, value);
  for (const { name } of [...old.attributes])
    if (!fresh.hasAttribute(name) && name !== READERS_OWN) old.removeAttribute(name);
}

// Makes the children of `old` those of `fresh`: what has an id is found again wherever it stands, the rest by
// its place and kind. Nodes that stay are never taken out of the page.
function syncChildren(old, fresh) {
  const wantedIds = new Set([...fresh.children].map((one) => one.id).filter(Boolean));
  let at = old.firstChild;
  for (const wanted of [...fresh.childNodes]) {
    while (at?.id && !wantedIds.has(at.id)) {
      const gone = at;
      at = at.nextSibling;
      gone.remove();
    }
    let match = at && isSameNode(at, wanted) ? at : null;
    if (!match && wanted.id) match = [...old.children].find((one) => isSameNode(one, wanted));
    if (!match) {
      old.insertBefore(wanted, at);
      continue;
    }
    while (at !== match && at && !at.id) {
      const gone = at;
      at = at.nextSibling;
      gone.remove();
    }
    if (at === match) at = match.nextSibling;
    else old.insertBefore(match, at);
    syncNode(match, wanted);
  }
  while (at) {
    const gone = at;
    at = at.nextSibling;
    gone.remove();
  }
}

function syncNode(old, fresh) {
  if (old.nodeType !== Node.ELEMENT_NODE) {
    if (old.data !== fresh.data) old.data = fresh.data;
    return;
  }
  syncAttributes(old, fresh);
  syncChildren(old, fresh);
}

// Where the focus goes when what had it is no more.
function focusOn(part) {
  part.tabIndex = -1;
  part.focus({ preventScroll: true });
}

function newsOf(part) {
  const told = part.querySelectorAll("[data-news][id]");
  return new Map([...told].map((one) => [one.id, one.dataset.news]));
}

// Brings the part up to date; gives what is new in it, in words.
function renew(part, fresh) {
  const before = newsOf(part);
  const focused = part.contains(document.activeElement) ? document.activeElement : null;
  syncNode(part, fresh);
  if (focused && !focused.isConnected) focusOn(part);
  if (part.dataset.followTitle)
    document.title = [part.dataset.followTitle, document.title.split(" – ").at(-1)].join(" – ");
  window.dispatchEvent(new Event("resize"));
  return [...newsOf(part)].filter(([id, text]) => before.get(id) !== text).map(([, text]) => text);
}

function follow(control) {
  const part = document.getElementById(control.dataset.followFor);
  const [state, said, button] = ["state", "said", "pause"].map((name) => control.querySelector(`.following-${name}`));
  let isPaused = false;
  let timer = 0;

  const every = () => Number(part.dataset.followEvery);
  const isOver = () => !part.dataset.follow;
  const tell = (text) => {
    if (state.textContent !== text) state.textContent = text;
  };
  const tellEvery = () =>
    tell(every() === 1 ? "Mise à jour chaque seconde." : `Mise à jour toutes les ${every()}\u00a0secondes.`);

  function wait() {
    clearTimeout(timer);
    if (!isPaused) timer = setTimeout(ask, every() * 1000);
  }

  function stop(text) {
    clearTimeout(timer);
    if (document.activeElement === button) focusOn(part);
    button.hidden = true;
    tell(text);
  }

  async function ask() {
    if (document.hidden) return wait();
    try {
      const response = await fetch(part.dataset.follow);
      const page = new DOMParser().parseFromString(await response.text(), "text/html");
      if (isPaused) return;
      const fresh = page.getElementById(part.id);
      if (response.status < 500 && !(response.ok && fresh))
        return stop("La mise à jour s’est arrêtée, cette page ne vous est plus ouverte\u00a0: actualisez-la.");
      if (!fresh) throw new Error(response.statusText);
      const news = renew(part, fresh);
      if (news.length) said.textContent = news.join(" ");
      if (isOver()) return stop(control.dataset.followOver);
      tellEvery();
    } catch {
      tell(`Pas de mise à jour à ${clockTime(new Date())}, le site n’a pas répondu\u00a0: nouvel essai bientôt.`);
    }
    wait();
  }

  function turn() {
    isPaused = !isPaused;
    button.textContent = isPaused ? "Reprendre" : "Mettre en pause";
    if (isPaused) tell(`Mise à jour en pause depuis ${clockTime(new Date())}.`);
    else tellEvery();
    said.textContent = state.textContent;
    clearTimeout(timer);
    if (!isPaused) ask();
  }

  if (isOver()) return;
  button.hidden = false;
  button.addEventListener("click", turn);
  document.addEventListener("visibilitychange", () => {
    if (!document.hidden && !isPaused && !isOver()) ask();
  });
  tellEvery();
  wait();
}

for (const control of document.querySelectorAll(".following")) follow(control);
