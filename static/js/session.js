// Before the session ends the page says so and offers to stay. Without script the page « Ma session » does the same,
// and what is sent too late is given back after logging in. See templates/users/_session_end.html.
"use strict";

function watchSession(box) {
  const said = box.querySelector(".session-end-said");
  const where = box.querySelector(".session-end-where");
  const form = box.querySelector("form");
  const warning = Number(box.dataset.warning) * 1000;
  const AGAIN = 30_000; // milliseconds between two looks at what other windows have done
  let before = null; // what had the focus before the button
  let endsAt = 0;
  let isFinal = false;
  let timer = 0;

  // The text changes only when there is something new to say: each change is read aloud.
  function tell(text) {
    if (said.textContent !== text) said.textContent = text;
  }

  function show(isShown, withButton) {
    box.classList.toggle("visually-hidden", !isShown);
    form.hidden = where.hidden = !withButton;
  }

  function read(place) {
    endsAt = Date.now() + Number(place.dataset.seconds) * 1000;
    isFinal = "final" in place.dataset;
  }

  function warn() {
    const at = clockTime(new Date(endsAt));
    const soon = endsAt - Date.now() <= 2 * 60_000 ? "dans moins de deux minutes, " : "";
    show(true, !isFinal);
    tell(
      isFinal
        ? `Votre session se termine ${soon}à ${at}, quoi que vous fassiez\u00a0: enregistrez votre saisie, puis reconnectez-vous.`
        : `Votre session se termine ${soon}à ${at} si vous ne faites rien.`,
    );
  }

  function end() {
    if (form.contains(document.activeElement)) goBack();
    show(true, false);
    tell(
      "Votre session est terminée. Actualisez la page ou envoyez votre formulaire\u00a0: vous vous reconnecterez, et votre saisie vous sera rendue.",
    );
  }

  function goBack() {
    (before?.isConnected ? before : document.getElementById("contenu")).focus({ preventScroll: true });
  }

  // Asks when the session ends now; null where it has ended: the answer is the login page.
  async function ask() {
    const response = await fetch(box.dataset.asked);
    if (!response.ok) throw new Error(response.statusText);
    return new DOMParser().parseFromString(await response.text(), "text/html").getElementById(box.id);
  }

  // Another window may have gone on, or logged out: what the page knows is asked for anew before it is said.
  async function look() {
    clearTimeout(timer);
    if (endsAt - Date.now() <= warning) {
      try {
        const place = await ask();
        if (!place) return end();
        read(place);
      } catch {
        // the site does not answer: what was known still holds
      }
      if (endsAt <= Date.now()) return end();
    }
    const left = endsAt - Date.now() - warning;
    if (left <= 0) warn();
    else if (!form.hidden) show(false, false);
    timer = setTimeout(look, left > 0 ? left : Math.max(1000, Math.min(AGAIN, left + warning)));
  }

  async function stay(event) {
    event.preventDefault();
    try {
      await fetch(form.action, {
        method: "POST",
        body: new URLSearchParams(new FormData(form)),
        redirect: "manual", // where it leads is a page, whose messages are for its reader
      });
      const place = await ask();
      if (!place) return end();
      read(place);
      if (endsAt - Date.now() <= warning) return look();
      goBack();
      show(false, false);
      tell(`Votre session continue jusqu’à ${clockTime(new Date(endsAt))}.`);
      look();
    } catch {
      tell("Le site n’a pas répondu\u00a0: essayez encore.");
    }
  }

  box.addEventListener("focusin", (event) => {
    if (!box.contains(event.relatedTarget)) before = event.relatedTarget;
  });
  form.addEventListener("submit", stay);
  document.addEventListener("visibilitychange", () => {
    if (!document.hidden) look();
  });
  read(box);
  look();
}

const sessionEnd = document.getElementById("fin-de-session");
if (sessionEnd) watchSession(sessionEnd);
