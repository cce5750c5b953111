// Debian's serial HDF5 1.10 (libhdf5-dev). The library is not linked: it brings thirty others with it, and only who
// reads a Keras file needs it.
#include <hdf5/serial/hdf5.h>

#include <dlfcn.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "chdf5.h"

// The name says the interface that the header describes.
#if H5_VERS_MINOR == 10
#define LIBRARY "libhdf5_serial.so.103"
#elif H5_VERS_MINOR == 14
#define LIBRARY "libhdf5_serial.so.310"
#else
#define LIBRARY "libhdf5_serial.so"
#endif

// In the header's constants stand calls that open and check the library; `load` makes them.
#undef H5OPEN
#define H5OPEN
#undef H5CHECK
#define H5CHECK

#define FUNCTIONS(FUNCTION) \
    FUNCTION(H5open) FUNCTION(H5get_libversion) FUNCTION(H5free_memory) FUNCTION(H5PLset_loading_state) \
    FUNCTION(H5Eset_auto2) \
    FUNCTION(H5Fopen) FUNCTION(H5Fclose) FUNCTION(H5Dopen2) FUNCTION(H5Dclose) FUNCTION(H5Dread) FUNCTION(H5Dget_type) \
    FUNCTION(H5Dget_space) FUNCTION(H5Dget_create_plist) FUNCTION(H5Pclose) FUNCTION(H5Pget_external_count) \
    FUNCTION(H5Pget_layout) FUNCTION(H5Tget_class) FUNCTION(H5Tget_size) FUNCTION(H5Tis_variable_str) \
    FUNCTION(H5Tclose) \
    FUNCTION(H5Sget_simple_extent_ndims) FUNCTION(H5Sget_simple_extent_dims) FUNCTION(H5Sget_simple_extent_npoints) \
    FUNCTION(H5Sclose) FUNCTION(H5Ovisit2) FUNCTION(H5Aexists) FUNCTION(H5Aopen) FUNCTION(H5Aread) \
    FUNCTION(H5Aget_type) FUNCTION(H5Aget_space) FUNCTION(H5Aclose)

static struct {
#define DECLARE(name) __typeof__(name) *name;
    FUNCTIONS(DECLARE)
    hid_t native_float;
} hdf5;

static pthread_once_t once = PTHREAD_ONCE_INIT;
static char refusal[256] = "";

static void load(void) {
    void *const handle = dlopen(LIBRARY, RTLD_NOW | RTLD_LOCAL);
    if (handle == NULL) {
        const char *const why = dlerror();
        snprintf(refusal, sizeof refusal, "%s", why ? why : LIBRARY);
        return;
    }
    bool is_whole = true;
#define RESOLVE(name) is_whole = (hdf5.name = (__typeof__(name) *)dlsym(handle, #name)) != NULL && is_whole;
    FUNCTIONS(RESOLVE)
    const hid_t *const native_float = dlsym(handle, "H5T_NATIVE_FLOAT_g");
    unsigned major = 0, minor = 0, release = 0;
    if (!is_whole || native_float == NULL || hdf5.H5get_libversion(&major, &minor, &release) < 0
        || major != H5_VERS_MAJOR || minor != H5_VERS_MINOR) {
        snprintf(refusal, sizeof refusal, LIBRARY ": is not HDF5 %d.%d", H5_VERS_MAJOR, H5_VERS_MINOR);
        return;
    }
    // A file may name filters, which the library would look for as plugins.
    if (hdf5.H5open() < 0 || hdf5.H5PLset_loading_state(0) < 0 || hdf5.H5Eset_auto2(H5E_DEFAULT, NULL, NULL) < 0) {
        snprintf(refusal, sizeof refusal, LIBRARY ": does not work here");
        return;
    }
    hdf5.native_float = *native_float;
}

const char *chdf5_load(void) {
    pthread_once(&once, load);
    return refusal[0] == 0 ? NULL : refusal;
}

typedef struct visit {
    chdf5_visitor visitor;
    void *context;
    bool stopped;
} visit;

chdf5_status chdf5_open(const char *path, int64_t *out_file) {
    const hid_t file = hdf5.H5Fopen(path, H5F_ACC_RDONLY, H5P_DEFAULT);
    if (file < 0) { return CHDF5_NOT_OPENED; }
    *out_file = file;
    return CHDF5_OK;
}

void chdf5_close(int64_t file) {
    hdf5.H5Fclose((hid_t)file);
}

/// Fills `out` but for its path; false where the dataset is not one that is told of.
static bool describe(hid_t dataset, chdf5_dataset *out) {
    const hid_t type = hdf5.H5Dget_type(dataset);
    const hid_t space = hdf5.H5Dget_space(dataset);
    bool told = type >= 0 && space >= 0 && hdf5.H5Tget_class(type) == H5T_FLOAT;
    if (told) {
        out->element_bytes = hdf5.H5Tget_size(type);
        const int count = hdf5.H5Sget_simple_extent_ndims(space);
        hsize_t sizes[H5S_MAX_RANK];
        told = count >= 0 && count <= CHDF5_MOST_DIMENSIONS
            && hdf5.H5Sget_simple_extent_dims(space, sizes, NULL) == count;
        out->dimension_count = told ? count : 0;
        for (int index = 0; index < out->dimension_count; ++index) { out->sizes[index] = sizes[index]; }
    }
    if (type >= 0) { hdf5.H5Tclose(type); }
    if (space >= 0) { hdf5.H5Sclose(space); }
    return told;
}

static herr_t visit_object(hid_t file, const char *path, const H5O_info_t *info, void *context) {
    visit *const state = context;
    if (info->type != H5O_TYPE_DATASET) { return 0; }
    const hid_t dataset = hdf5.H5Dopen2(file, path, H5P_DEFAULT);
    if (dataset < 0) { return -1; }
    chdf5_dataset told = {.path = path};
    const bool is_told = describe(dataset, &told);
    hdf5.H5Dclose(dataset);
    if (is_told && !state->visitor(state->context, &told)) {
        state->stopped = true;
        return 1;
    }
    return 0;
}

chdf5_status chdf5_visit(int64_t file, chdf5_visitor visitor, void *context) {
    visit state = {.visitor = visitor, .context = context};
    const herr_t result =
        hdf5.H5Ovisit2((hid_t)file, H5_INDEX_NAME, H5_ITER_INC, visit_object, &state, H5O_INFO_BASIC);
    if (state.stopped) { return CHDF5_STOPPED; }
    return result < 0 ? CHDF5_UNREADABLE : CHDF5_OK;
}

static size_t copied(const char *found, size_t length, char *text, size_t capacity) {
    if (text != NULL && length <= capacity) { memcpy(text, found, length); }
    return length;
}

/// The attribute's text, of variable length or of the length that its type has. NULL bytes at its end are padding.
static chdf5_status read_text(hid_t attribute, hid_t type, char *text, size_t capacity, size_t *out_length) {
    if (hdf5.H5Tis_variable_str(type) > 0) {
        char *found = NULL;
        if (hdf5.H5Aread(attribute, type, &found) < 0 || found == NULL) { return CHDF5_UNREADABLE; }
        *out_length = copied(found, strlen(found), text, capacity);
        hdf5.H5free_memory(found);
        return CHDF5_OK;
    }
    const size_t size = hdf5.H5Tget_size(type);
    char *const found = size > 0 ? malloc(size) : NULL;
    if (found == NULL) { return CHDF5_UNREADABLE; }
    const bool is_read = hdf5.H5Aread(attribute, type, found) >= 0;
    if (is_read) { *out_length = copied(found, strnlen(found, size), text, capacity); }
    free(found);
    return is_read ? CHDF5_OK : CHDF5_UNREADABLE;
}

chdf5_status chdf5_text_attribute(int64_t file, const char *name, char *text, size_t capacity, size_t *out_length) {
    const htri_t is_there = hdf5.H5Aexists((hid_t)file, name);
    if (is_there <= 0) { return is_there < 0 ? CHDF5_UNREADABLE : CHDF5_ABSENT; }
    const hid_t attribute = hdf5.H5Aopen((hid_t)file, name, H5P_DEFAULT);
    if (attribute < 0) { return CHDF5_UNREADABLE; }
    const hid_t type = hdf5.H5Aget_type(attribute);
    const hid_t space = hdf5.H5Aget_space(attribute);
    chdf5_status status = CHDF5_UNREADABLE;
    if (type >= 0 && space >= 0) {
        const bool is_text = hdf5.H5Tget_class(type) == H5T_STRING && hdf5.H5Sget_simple_extent_npoints(space) == 1;
        status = is_text ? read_text(attribute, type, text, capacity, out_length) : CHDF5_ABSENT;
    }
    if (type >= 0) { hdf5.H5Tclose(type); }
    if (space >= 0) { hdf5.H5Sclose(space); }
    hdf5.H5Aclose(attribute);
    return status;
}

/// Whether the elements lie in the file itself.
static bool is_stored_here(hid_t dataset) {
    const hid_t creation = hdf5.H5Dget_create_plist(dataset);
    if (creation < 0) { return false; }
    const bool here = hdf5.H5Pget_external_count(creation) == 0 && hdf5.H5Pget_layout(creation) != H5D_VIRTUAL;
    hdf5.H5Pclose(creation);
    return here;
}

chdf5_status chdf5_read(int64_t file, const char *path, float *values, size_t count) {
    const hid_t dataset = hdf5.H5Dopen2((hid_t)file, path, H5P_DEFAULT);
    if (dataset < 0) { return CHDF5_UNREADABLE; }
    chdf5_status status = CHDF5_UNREADABLE;
    chdf5_dataset found = {.path = path};
    if (!is_stored_here(dataset)) {
        status = CHDF5_ELSEWHERE;
    } else if (describe(dataset, &found)) {
        uint64_t elements = 1;
        bool fits = true;
        for (int index = 0; index < found.dimension_count; ++index) {
            fits = fits && !__builtin_mul_overflow(elements, found.sizes[index], &elements);
        }
        if (fits && elements == count
            && (count == 0 || hdf5.H5Dread(dataset, hdf5.native_float, H5S_ALL, H5S_ALL, H5P_DEFAULT, values) >= 0)) {
            status = CHDF5_OK;
        }
    }
    hdf5.H5Dclose(dataset);
    return status;
}
