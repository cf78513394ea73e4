/* Layer 3: the contract at the top of tollgate.h, one file for each part of it. */
#include "world.h"

int main(void) {
  simulator_start();
  null_tests();
  client_tests();
  token_tests();
  operation_tests();
  cancel_tests();
  event_tests();
  error_tests();
  listing_tests();
  gate_tests();
  diagnosis_tests();
  rest_tests();
  fork_tests();
  simulator_stop();
  return summary();
}
