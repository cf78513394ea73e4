/* Runs tests one after another and counts. A failed test leaves its memory behind: its report matters more than a leak. */
#include "check.h"

#include <setjmp.h>
#include <stdio.h>

static jmp_buf out;
static int passed, failed;

void check(int holds, const char *what, const char *file, int line) {
  if (holds) return;
  printf("  %s:%d does not hold: %s\n", file, line, what);
  longjmp(out, 1);
}

void run(const char *name, void (*test)(void)) {
  if (setjmp(out) == 0) {
    test();
    passed++;
    printf("ok      %s\n", name);
  } else {
    failed++;
    printf("FAILED  %s\n", name);
  }
  fflush(stdout);
}

int summary(void) {
  printf("%d passed, %d failed, 0 skipped\n", passed, failed);
  return failed != 0;
}
