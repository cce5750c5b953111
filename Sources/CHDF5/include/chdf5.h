// What GantryWeightImport needs of the HDF5 library: the floating-point datasets of a file, their elements, and texts
// at its root.
//
// To be called in a limited child process only: the library is known to crash on damaged files. Nothing is allocated
// for the caller; no HDF5 type crosses.

#ifndef CHDF5_H
#define CHDF5_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/// What a call came to. New values may be added.
typedef enum chdf5_status {
    /// Done.
    CHDF5_OK = 0,
    /// The library cannot open the file.
    CHDF5_NOT_OPENED = 1,
    /// The library cannot read what the file announces.
    CHDF5_UNREADABLE = 2,
    /// The visitor ended the visit.
    CHDF5_STOPPED = 3,
    /// The dataset's elements lie in another file.
    CHDF5_ELSEWHERE = 4,
    /// There is no such attribute, or it is no text.
    CHDF5_ABSENT = 5,
} chdf5_status;

/// Most dimensions of a dataset that is told of; others are left out.
enum { CHDF5_MOST_DIMENSIONS = 8 };

/// A dataset of floating-point numbers.
typedef struct chdf5_dataset {
    /// From the root, without a leading slash; valid during the visit.
    const char *_Nonnull path;
    /// Bytes of a number.
    size_t element_bytes;
    int32_t dimension_count;
    uint64_t sizes[CHDF5_MOST_DIMENSIONS];
} chdf5_dataset;

/// Told of a dataset; false ends the visit.
typedef bool (*chdf5_visitor)(void *_Nullable context, const chdf5_dataset *_Nonnull dataset);

/// Loads the library and makes it ready, once for the process, so that one that confines itself afterwards need not
/// load anything; null where it is there, else why it is not, a static string. Every other function here may be called
/// only where this has returned null.
const char *_Nullable chdf5_load(void);

/// Opens a file for reading; no plugin of the library is ever loaded.
chdf5_status chdf5_open(const char *_Nonnull path, int64_t *_Nonnull out_file);

/// Closes a file.
void chdf5_close(int64_t file);

/// Visits the datasets below the root, each group's in the order of their names. Links to other files are not followed.
chdf5_status chdf5_visit(int64_t file, chdf5_visitor _Nonnull visitor, void *_Nullable context);

/// How many bytes an attribute of the root has that is one text, of fixed or variable length; where `capacity` is as
/// many or more, `text` gets them.
chdf5_status chdf5_text_attribute(
    int64_t file, const char *_Nonnull name, char *_Nullable text, size_t capacity, size_t *_Nonnull out_length);

/// Fills `values` with the `count` elements of a dataset, in row-major order; `count` must be the dataset's.
chdf5_status chdf5_read(int64_t file, const char *_Nonnull path, float *_Nonnull values, size_t count);

#endif
