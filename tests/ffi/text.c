/* Comparing text with ASCII, unit by unit: nothing but the units that the length promises is read. */
#include "text.h"

#include <string.h>

#include "check.h"

tollgate_text widen(const char *ascii, uint16_t *buffer, size_t size) {
  size_t len = strlen(ascii);
  CHECK(len <= size);
  for (size_t i = 0; i < len; i++) buffer[i] = (unsigned char)ascii[i];
  return (tollgate_text){ buffer, len };
}

static int matches_at(tollgate_text text, size_t start, const char *ascii, size_t len) {
  if (!text.ptr || start > text.len || len > text.len - start) return 0;
  for (size_t i = 0; i < len; i++) {
    if (text.ptr[start + i] != (unsigned char)ascii[i]) return 0;
  }
  return 1;
}

int text_is(tollgate_text text, const char *ascii) {
  return text.len == strlen(ascii) && matches_at(text, 0, ascii, text.len);
}

int text_starts(tollgate_text text, const char *ascii) {
  return matches_at(text, 0, ascii, strlen(ascii));
}

int text_has(tollgate_text text, const char *ascii) {
  for (size_t start = 0; text.ptr && start < text.len; start++) {
    if (matches_at(text, start, ascii, strlen(ascii))) return 1;
  }
  return 0;
}
