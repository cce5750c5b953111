// What layers and gradients share: memory, random numbers, and the way of outputs from the process that computes to the
// one that judges.

#ifndef TRIALS_H
#define TRIALS_H

#include "../../Sources/CGantryKernels/include/gantry_training.h"
#include "../../Sources/CGantryKernels/packed/kernels.h"

extern const char *const set_names[];
extern const char *const element_names[];
/// What is tried: a `gantry_cpu` and a `gantry_element`.
extern int32_t cpu, element;
extern bool is_judging;
/// The largest error of an output that is not rounded.
extern double largest_error;

void try_layers(void);
void try_gradients(void);

/// Zeros that begin on a cache line and end, but for what fills the last line, before a page that faults.
void *fenced(int64_t bytes);
/// What a level of `fences` is, to which `unfence` gives memory back.
int fences(void);
void unfence(int level);

/// Maps that lie in memory as the engine's do (`MapsShape`), every byte `byte`.
gantry_maps maps_of(int32_t images, int32_t height, int32_t width, int32_t channels, int32_t border, int32_t type,
                    bool is_dense, int byte);
/// What maps without a border take.
int64_t bytes_of(const gantry_maps *maps);
/// Random numbers in -1 ..< 1, or from 0 to what 255 stands for.
void fill(const gantry_maps *maps, uint32_t series, bool is_positive);
/// Number `index` of a series, in -1 ..< 1.
float drawn(uint32_t series, int64_t index);

/// From the process that computes to the one that judges.
void pass_on(void *bytes, int64_t count, const char *what);
/// Counts an output, and says so where it is wrong.
void judge(bool is_right, const char *what, const char *how);

#endif
