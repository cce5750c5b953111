// Loaded before bochscpu: what its wheel lacks where glibc is older than 2.38, and another CPU in place of the one that
// it was compiled for, an Intel Core i3-8121U with neither VNNI nor BF16.

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

unsigned long long __isoc23_strtoull(const char *text, char **end, int base) { return strtoull(text, end, base); }

int __isoc23_sscanf(const char *text, const char *format, ...) {
    va_list values;
    va_start(values, format);
    const int count = vsscanf(text, format, values);
    va_end(values);
    return count;
}

/// Bochs' makers of CPUs, by their C++ names.
void *_Z28create_sapphire_rapids_cpuidP8BX_CPU_C(void *cpu);
void *_Z23create_corei3_cnl_cpuidP8BX_CPU_C(void *cpu) { return _Z28create_sapphire_rapids_cpuidP8BX_CPU_C(cpu); }
