/* The simulated metadata service, in a process of its own, steered over HTTP. */
#ifndef SIMULATOR_H
#define SIMULATOR_H

/* Starts the program that TOLLGATE_TEST_SIM names, without limits; it ends with this process. */
void simulator_start(void);
void simulator_stop(void);
const char *simulator_url(void);

void simulator_reset(void);
void simulator_release(void);
/* A JSON array of faults for the next token requests. */
void simulator_plan(const char *faults);
/* A number of the simulator's counts. */
long simulator_count(const char *name);
/* Returns once a count has come to `least`; gives up after half a minute. */
void simulator_await(const char *name, long least);

/* What the simulator's identities are called. */
#define TENANT_ID "a0000000-7e4a-4000-8000-000000000001"
#define SYSTEM_CLIENT_ID "10000000-c11e-4000-8000-000000000001"
#define FIRST_CLIENT_ID "20000000-c11e-4000-8000-000000000001"
#define FIRST_OBJECT_ID "20000000-0b1e-4000-8000-000000000001"

#endif
