/* A library of Tollgate's name that speaks another version of its ABI. */
#ifdef _WIN32
__declspec(dllexport)
#endif
unsigned tollgate_abi_version(void) { return 4711; }
