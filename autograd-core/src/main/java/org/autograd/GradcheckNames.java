package org.autograd;

/** What messages of a check call the check itself, and the inputs and outputs of its function. */
interface GradcheckNames {
  /** The names for a function that is checked as it is. */
  GradcheckNames PLAIN =
      new GradcheckNames() {
        @Override
        public String check() {
          return "gradcheck";
        }

        @Override
        public String input(int i) {
          return "input " + i;
        }

        @Override
        public String output(int i) {
          return "output " + i;
        }
      };

  /** Names the check. */
  String check();

  /** Names an input. */
  String input(int i);

  /** Names an output. */
  String output(int i);
}
