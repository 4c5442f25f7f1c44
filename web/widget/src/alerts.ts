/** A sound and a notification of the browser for what comes while nobody looks: both only when the customer asked. */

import * as t from "./i18n/words";

export type Alerts = ReturnType<typeof makeAlerts>;

/** @param clicked the notification was */
export function makeAlerts(clicked: () => void) {
  let audio: AudioContext | null = null;

  /** A soft note; made here, because a page may forbid every media address. */
  const beep = (): void => {
    if (!audio) return;
    const tone = new OscillatorNode(audio, { frequency: 740 });
    tone.connect(new GainNode(audio, { gain: 0.1 })).connect(audio.destination);
    tone.start();
    tone.stop(audio.currentTime + 0.2);
  };

  const alerts = {
    sound: false,
    notification: false,

    /** Called from a click: a browser lets no page make a sound unasked. */
    toggleSound(): void {
      alerts.sound = !alerts.sound;
      if (!alerts.sound) return;
      audio ??= new AudioContext();
      void audio.resume();
      beep();
    },

    /** Gives whether the browser lets us. */
    async toggleNotification(): Promise<boolean> {
      const wanted = !alerts.notification;
      alerts.notification = wanted && "Notification" in window && (await Notification.requestPermission()) === "granted";
      return alerts.notification === wanted;
    },

    /** Says that something came, not what: it may show on a locked screen. */
    raise(): void {
      if (alerts.sound) beep();
      if (!alerts.notification || !document.hidden) return;
      try {
        const shown = new Notification(t.name, { body: t.newMessage, tag: "ndihma" });
        shown.onclick = () => {
          focus();
          clicked();
        };
      } catch {
        // Some telephones allow notifications to service workers only.
      }
    },
  };
  return alerts;
}
