// Layers of every shape class through one set of kernels. Two processes run the same list: one computes, on a CPU that
// may be emulated, and writes its outputs; the other, on any CPU with FMA, reads and judges them, so that little but
// the kernels is emulated.
//
//   trials SET ELEMENT compute >outputs
//   trials SET ELEMENT judge <outputs

#define _GNU_SOURCE
#include "trials.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

const char *const set_names[] = {"openblas", "avx2", "avx2vnni", "avx512", "avx512vnni", "avx512bf16"};
const char *const element_names[] = {"f32", "bf16", "int8"};
int32_t cpu, element;
bool is_judging;
double largest_error;
static int64_t judged, failures;

enum { PAGE = 4096, LINE = 64 };

static struct {
    char *pages;
    size_t length;
} fenced_pages[256];
static int fence_count;

void *fenced(int64_t bytes) {
    const size_t whole = (size_t)(bytes + PAGE - 1) / PAGE * PAGE, length = whole + 2 * PAGE;
    char *pages = mmap(NULL, length, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (pages == MAP_FAILED || mprotect(pages + PAGE, whole, PROT_READ | PROT_WRITE) != 0 || fence_count == 256) {
        perror("trials: memory");
        exit(71);
    }
    fenced_pages[fence_count].pages = pages;
    fenced_pages[fence_count++].length = length;
    return pages + PAGE + whole - (size_t)(bytes + LINE - 1) / LINE * LINE;
}

int fences(void) { return fence_count; }

void unfence(int level) {
    while (fence_count > level) {
        fence_count--;
        munmap(fenced_pages[fence_count].pages, fenced_pages[fence_count].length);
    }
}

gantry_maps maps_of(int32_t images, int32_t height, int32_t width, int32_t channels, int32_t border, int32_t type,
                    bool is_dense, int byte) {
    const int64_t size = gantry_element_size(type), padded = gantry_padded_channels(cpu, channels);
    const int64_t pixel = is_dense ? channels : padded + (padded * size >= 512 ? LINE / size : 0);
    const int64_t row = ((width + 2 * border) * pixel + 63) / 64 * 64, image = (height + 2 * border) * row;
    const int64_t bytes = images * image * size + LINE;
    char *memory = memset(fenced(bytes), byte, (size_t)bytes);
    return (gantry_maps){
        .pixels = memory + border * (row + pixel) * size, .element = type, .images = images, .height = height,
        .width = width, .channels = channels, .scale = 1, .pixel_step = pixel, .row_step = row, .image_step = image,
    };
}

int64_t bytes_of(const gantry_maps *maps) {
    return maps->images * maps->image_step * gantry_element_size(maps->element) + LINE;
}

void fill(const gantry_maps *maps, uint32_t series, bool is_positive) {
    const int64_t count = (int64_t)maps->channels * maps->height * maps->width;
    const int level = fences();
    float *planes = fenced(count * 4);
    for (int32_t image = 0; image < maps->images; image++) {
        for (int64_t i = 0; i < count; i++) {
            const float value = drawn(series + (uint32_t)image, i);
            planes[i] = is_positive ? fabsf(value) * 255 * maps->scale : value;
        }
        gantry_planes_to_maps(planes, maps, image, 0, maps->height);
    }
    unfence(level);
}

float drawn(uint32_t series, int64_t index) {
    uint32_t bits = series * 0x9E3779B9u + (uint32_t)index;
    bits = (bits ^ bits >> 16) * 0x7FEB352Du;
    bits = (bits ^ bits >> 15) * 0x846CA68Bu;
    return (float)(int32_t)(bits ^ bits >> 16) * 0x1p-31f;
}

void pass_on(void *bytes, int64_t count, const char *what) {
    const size_t size = (size_t)count;
    if ((is_judging ? fread(bytes, 1, size, stdin) : fwrite(bytes, 1, size, stdout)) == size) return;
    fprintf(stderr, "trials: %s %s: no outputs of %s\n", set_names[cpu], element_names[element], what);
    exit(1);
}

void judge(bool is_right, const char *what, const char *how) {
    judged++;
    if (is_right) return;
    failures++;
    printf("%s %s: wrong: %s, %s\n", set_names[cpu], element_names[element], what, how);
}

/// The name's place in a list, or the end of the program.
static int32_t index_of(const char *name, const char *const *names, int32_t count) {
    for (int32_t i = 0; i < count; i++) {
        if (strcmp(name, names[i]) == 0) return i;
    }
    fprintf(stderr, "trials: no such thing as %s\n", name);
    exit(64);
}

int main(int count, char **arguments) {
    if (count != 4) return 64;
    cpu = index_of(arguments[1], set_names, 6);
    element = index_of(arguments[2], element_names, 3);
    is_judging = strcmp(arguments[3], "judge") == 0;
    // What is computed has been written when a later layer crashes.
    setvbuf(stdout, NULL, _IONBF, 0);
    if (!is_judging && !(gantry_has_cpu(cpu) && gantry_has_element(cpu, element))) {
        fprintf(stderr, "trials: this CPU has no %s %s\n", set_names[cpu], element_names[element]);
        return 69;
    }
    try_layers();
    if (element != GANTRY_U8) try_gradients();
    if (!is_judging) return 0;
    printf("%s %s: %lld outputs judged, %lld wrong; largest error where not rounded to bfloat16 %.2g\n", set_names[cpu],
           element_names[element], (long long)judged, (long long)failures, largest_error);
    return failures == 0 ? 0 : 1;
}
