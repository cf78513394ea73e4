/* Text as it crosses the boundary: UTF-16 with a length. */
#ifndef TEXT_H
#define TEXT_H

#include <uchar.h>

#include "tollgate.h"

/* For an initializer, and for everywhere else. */
#define TEXT_OF(literal) { (const uint16_t *)u"" literal, sizeof(u"" literal) / sizeof(char16_t) - 1 }
#define TEXT(literal) ((tollgate_text)TEXT_OF(literal))
#define ABSENT ((tollgate_text){ NULL, 0 })

/* ASCII made into UTF-16 in `buffer`, whose size is checked. */
tollgate_text widen(const char *ascii, uint16_t *buffer, size_t size);
int text_is(tollgate_text text, const char *ascii);
int text_has(tollgate_text text, const char *ascii);
int text_starts(tollgate_text text, const char *ascii);

#endif
