// DCMTK as a second reader: the same file loaded, decoded and rescaled by code that shares nothing with our own walk
// and codecs, to be held against it. To be called in a child process, after our own reader has found the file sound.

#ifndef GANTRYOPINION_H
#define GANTRYOPINION_H

#include "CDCMTKBridge.h"

#ifdef __cplusplus
extern "C" {
#endif

#pragma clang assume_nonnull begin

/// A file as DCMTK has loaded it.
typedef struct GantryOpinion GantryOpinion;

/// Loads DCMTK's data dictionary and every codec it has for good, so that a process that confines itself afterwards
/// need load nothing. Safe to call often. Returns `DictionaryMissing`.
GantryDICOMStatus gantry_opinion_start(void) GANTRY_NOEXCEPT;

/// Loads the file at `path`; on `Ok`, `opinion` is a handle to be given to `gantry_opinion_close`, otherwise NULL.
///
/// Returns `Damaged` where DCMTK cannot load it.
GantryDICOMStatus gantry_opinion_open(
    const char *path, GantryOpinion *_Nullable *_Nonnull opinion) GANTRY_NOEXCEPT;

/// Closes the handle and frees everything behind it. NULL is allowed.
void gantry_opinion_close(GantryOpinion *_Nullable opinion) GANTRY_NOEXCEPT;

/// The SOP Instance UID; `length` and `capacity` as for `gantry_dicom_text`. Returns `AttributeMissing`.
GantryDICOMStatus gantry_opinion_sop_instance_uid(
    GantryOpinion *opinion, char *_Nullable buffer, size_t capacity, size_t *length) GANTRY_NOEXCEPT;

/// The numbers of an attribute of `frame`, from 0, as DCMTK reads them: of the functional groups of a multi-frame
/// object, otherwise of the top level. `count` is how many there are; up to `capacity` are filled.
///
/// Returns `AttributeMissing`; `AttributeInvalid` where DCMTK makes no numbers of it.
GantryDICOMStatus gantry_opinion_numbers(
    GantryOpinion *opinion, uint32_t frame, uint16_t group, uint16_t element, double *values, size_t capacity,
    size_t *count) GANTRY_NOEXCEPT;

/// What came of a comparison of pixels.
typedef struct GantryOpinionPixels {
    /// Pixels whose values differ.
    uint32_t differing;
    /// The first of them in reading order, from 0; meaningless where there is none, like what follows.
    uint32_t first;
    /// Its value in `ours`.
    int16_t ours;
    /// Its value by DCMTK.
    int16_t theirs;
} GantryOpinionPixels;

/// Decodes `frame` with DCMTK, makes Hounsfield units of it by what DCMTK reads of pixel module, padding, rescale or
/// modality LUT (padding becomes -1024, others are rounded to the nearest, ties to even, and clamped), and compares
/// with `ours`, `count` values row by row.
///
/// Returns `TransferSyntaxUnsupported` where DCMTK has no codec for the syntax that (0002,0010) names;
/// `AttributeMissing`, `AttributeInvalid`, `PixelDataUnsupported`, `PixelDataIncomplete` where it makes no pixels
/// of it.
GantryDICOMStatus gantry_opinion_compare(
    GantryOpinion *opinion, uint32_t frame, const int16_t *ours, size_t count,
    GantryOpinionPixels *result) GANTRY_NOEXCEPT;

#pragma clang assume_nonnull end

#ifdef __cplusplus
}
#endif

#endif
