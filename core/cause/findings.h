#ifndef RT_CORE_CAUSE_FINDINGS_H
#define RT_CORE_CAUSE_FINDINGS_H

#include "core/diagnosis.h"

/* Adds what is worth knowing though it is not (always) the reason. */
void find(const struct evidence *e, struct diagnosis *d);

#endif
