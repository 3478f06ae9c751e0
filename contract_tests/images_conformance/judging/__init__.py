"""From exchanges to verdicts: what is seen in an answer, and what a run says of every clause."""
