/** What became of suggestions, each thing once for each question: what is counted must not grow by looking twice. */

import type { Feedback, FeedbackAction, Suggestion } from "./types";

export class Ledger {
  /** `known`: what was told already; shared by whoever must not tell it again. */
  constructor(
    private readonly record: (feedback: Feedback) => Promise<unknown>,
    private readonly known = new Set<string>(),
  ) {}

  /**
   * Tells of it, unless it was told before. Rejects when it could not be stored; then it may be told again.
   * `question` tells two questions of one text apart.
   */
  async tell(question: string, action: FeedbackAction, suggestion: Suggestion, about: Pick<Feedback, "text" | "right_intent" | "conversation_id">): Promise<void> {
    const key = `${question} ${action} ${suggestion.intent}`;
    if (this.known.has(key)) return;
    this.known.add(key);
    try {
      await this.record({ action, intent: suggestion.intent, confidence: suggestion.confidence, ...about });
    } catch (error) {
      this.known.delete(key);
      throw error;
    }
  }
}
