/* The smallest test frame: a check that does not hold ends its test, the runner goes on with the next. */
#ifndef CHECK_H
#define CHECK_H

#define CHECK(condition) check((condition) != 0, #condition, __FILE__, __LINE__)
#define RUN(name) run(#name, name)

/* Ends the test when `holds` is 0. Only from the thread that runs the test. */
void check(int holds, const char *what, const char *file, int line);
void run(const char *name, void (*test)(void));
/* Prints the count and gives the exit code. */
int summary(void);

#endif
