// What DCMTK does, behind plain C: decoding lossy JPEG, a second opinion on what was read, writing.
//
// Nothing of DCMTK crosses: no type, no exception, no allocation. The caller owns every buffer; functions that fill one
// say how much there is, so the caller asks for the size, then for the bytes. Every function that can fail returns a
// status; what went wrong is said in words by `cdcmtk_explanation` on the same thread. A handle belongs to one thread
// at a time; different handles may be used by different threads at once.

#ifndef CDCMTK_H
#define CDCMTK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
#define CDCMTK_NOEXCEPT noexcept
extern "C" {
#else
#define CDCMTK_NOEXCEPT
#endif

#pragma clang assume_nonnull begin

/// How a call ended. Open: later versions may add values. A number means the same in `CDICOMStatus`; those that only
/// our own reader can come to are left out.
typedef enum __attribute__((enum_extensibility(open))) CDCMTKStatus : int32_t {
    /// Done.
    CDCMTKStatusOk = 0,
    /// DCMTK cannot load the file to its pixel data.
    CDCMTKStatusDamaged = 3,
    /// The attribute is absent or empty.
    CDCMTKStatusAttributeMissing = 4,
    /// The attribute's value has another form than is asked for, or does not fit its value representation.
    CDCMTKStatusAttributeInvalid = 5,
    /// The data dictionary knows no attribute of this keyword.
    CDCMTKStatusAttributeUnknown = 6,
    /// Pixel data is absent, or does not decode completely.
    CDCMTKStatusPixelDataIncomplete = 7,
    /// Pixel data is of a kind that DCMTK does not decode.
    CDCMTKStatusPixelDataUnsupported = 8,
    /// No codec for the transfer syntax.
    CDCMTKStatusTransferSyntaxUnsupported = 9,
    /// The data dictionary is not loaded.
    CDCMTKStatusDictionaryMissing = 10,
    /// The file cannot be written.
    CDCMTKStatusNotWritten = 11,
    /// Memory ran out.
    CDCMTKStatusOutOfMemory = 12,
    /// An argument is outside its range, or DCMTK failed in an unexpected way.
    CDCMTKStatusInternal = 13,
} CDCMTKStatus;

// MARK: - Start

/// Keeps DCMTK's log off the terminal and listens to what its decoders warn of. Safe to call often and from several
/// threads; only the first call does anything.
CDCMTKStatus cdcmtk_start(void) CDCMTK_NOEXCEPT;

/// The same for second opinions: loads DCMTK's data dictionary and every codec it has for good, so that a process that
/// confines itself afterwards need load nothing. Safe to call often. Returns `DictionaryMissing`.
CDCMTKStatus cdcmtk_start_opinions(void) CDCMTK_NOEXCEPT;

/// The same for writing: registers the encoders and checks the data dictionary, which takes some milliseconds.
///
/// Returns `DictionaryMissing` where DCMTK found no data dictionary.
CDCMTKStatus cdcmtk_start_writing(void) CDCMTK_NOEXCEPT;

/// Why the last failed call on this thread failed: a sentence in UTF-8 without NUL, at most `capacity` bytes of it.
/// Returns the full length in bytes.
size_t cdcmtk_explanation(char *_Nullable buffer, size_t capacity) CDCMTK_NOEXCEPT;

// MARK: - Lossy JPEG

/// Decodes a baseline, extended or progressive JPEG stream of one component and `count` samples, row by row into
/// `samples`. `precision`, as the stream says it, is 8 or 12.
///
/// The caller has walked the stream: size and precision are what its frame header says. Every sample comes from the
/// stream, or the call fails; `samples` means nothing then. Needs `cdcmtk_start`. Returns `PixelDataIncomplete`.
CDCMTKStatus cdcmtk_decode_lossy_jpeg(
    const uint8_t *bytes, uint32_t size, unsigned precision, bool is_signed, uint16_t *samples,
    size_t count) CDCMTK_NOEXCEPT;

// MARK: - Second opinion

// DCMTK as a second reader: the same file loaded, decoded and rescaled by code that shares nothing with our own walk
// and codecs, to be held against it. To be called in a child process, after our own reader has found the file sound.

/// A file as DCMTK has loaded it.
typedef struct CDCMTKOpinion CDCMTKOpinion;

/// Loads the file at `path`; on `Ok`, `opinion` is a handle to be given to `cdcmtk_opinion_close`, otherwise NULL.
///
/// Returns `Damaged` where DCMTK cannot load it.
CDCMTKStatus cdcmtk_opinion_open(
    const char *path, CDCMTKOpinion *_Nullable *_Nonnull opinion) CDCMTK_NOEXCEPT;

/// Closes the handle and frees everything behind it. NULL is allowed.
void cdcmtk_opinion_close(CDCMTKOpinion *_Nullable opinion) CDCMTK_NOEXCEPT;

/// The SOP Instance UID. `length` is its full length in bytes; up to `capacity` are filled. Returns `AttributeMissing`.
CDCMTKStatus cdcmtk_opinion_sop_instance_uid(
    CDCMTKOpinion *opinion, char *_Nullable buffer, size_t capacity, size_t *length) CDCMTK_NOEXCEPT;

/// The numbers of an attribute of `frame`, from 0, as DCMTK reads them: of the functional groups of a multi-frame
/// object, otherwise of the top level. `count` is how many there are; up to `capacity` are filled.
///
/// Returns `AttributeMissing`; `AttributeInvalid` where DCMTK makes no numbers of it.
CDCMTKStatus cdcmtk_opinion_numbers(
    CDCMTKOpinion *opinion, uint32_t frame, uint16_t group, uint16_t element, double *values, size_t capacity,
    size_t *count) CDCMTK_NOEXCEPT;

/// What came of a comparison of pixels.
typedef struct CDCMTKOpinionPixels {
    /// Pixels whose values differ.
    uint32_t differing;
    /// The first of them in reading order, from 0; meaningless where there is none, like what follows.
    uint32_t first;
    /// Its value in `ours`.
    int16_t ours;
    /// Its value by DCMTK.
    int16_t theirs;
} CDCMTKOpinionPixels;

/// Decodes `frame` with DCMTK, makes Hounsfield units of it by what DCMTK reads of pixel module, padding, rescale or
/// modality LUT (padding becomes -1024, others are rounded to the nearest, ties to even, and clamped), and compares
/// with `ours`, `count` values row by row.
///
/// Returns `TransferSyntaxUnsupported` where DCMTK has no codec for the syntax that (0002,0010) names;
/// `AttributeMissing`, `AttributeInvalid`, `PixelDataUnsupported`, `PixelDataIncomplete` where it makes no pixels
/// of it.
CDCMTKStatus cdcmtk_opinion_compare(
    CDCMTKOpinion *opinion, uint32_t frame, const int16_t *ours, size_t count,
    CDCMTKOpinionPixels *result) CDCMTK_NOEXCEPT;

// MARK: - Writing

/// A DICOM object being put together.
typedef struct CDCMTKDraft CDCMTKDraft;

/// Pixel data to be written: frames x rows x columns bit patterns of one or three samples a pixel, at most 4 GiB.
typedef struct CDCMTKPixels {
    uint16_t rows;
    uint16_t columns;
    /// At least 1. Number of Frames is written where this is not 1, or where it was set before.
    uint32_t frames;
    /// 1 or 3; three lie side by side, of 8 bits each.
    uint16_t samples_per_pixel;
    /// 8 or 16.
    uint16_t bits_allocated;
    /// 1 to bits allocated; the high bit is the one below.
    uint16_t bits_stored;
    bool is_signed;
    /// (0028,0004), NUL-terminated.
    const char *photometric_interpretation;
    /// frames x rows x columns x samples bit patterns.
    const uint16_t *values;
} CDCMTKPixels;

/// Begins an object; on `Ok`, `draft` is a handle to be given to `cdcmtk_draft_discard`, otherwise NULL.
CDCMTKStatus cdcmtk_draft_begin(CDCMTKDraft *_Nullable *_Nonnull draft) CDCMTK_NOEXCEPT;

/// Frees the draft. NULL is allowed.
void cdcmtk_draft_discard(CDCMTKDraft *_Nullable draft) CDCMTK_NOEXCEPT;

/// Sets the attribute of this dictionary keyword to `value` (UTF-8, NUL-terminated, several values with backslashes; a
/// tag as `(gggg,eeee)`; of a sequence only the empty value, which removes its items), in the innermost open item.
/// Where signed or unsigned is the object's choice (padding value), `is_signed` decides.
///
/// Specific Character Set must be set before any text that needs it. Returns `AttributeUnknown`, `AttributeInvalid`.
CDCMTKStatus cdcmtk_draft_set(
    CDCMTKDraft *draft, const char *keyword, const char *value, bool is_signed) CDCMTK_NOEXCEPT;

/// Appends an item to the sequence of this dictionary keyword and opens it: what is set next is set in it.
///
/// Returns `AttributeUnknown`, `AttributeInvalid` where the attribute is no sequence.
CDCMTKStatus cdcmtk_draft_begin_item(CDCMTKDraft *draft, const char *keyword) CDCMTK_NOEXCEPT;

/// Closes the innermost open item; nothing where none is open.
void cdcmtk_draft_end_item(CDCMTKDraft *draft) CDCMTK_NOEXCEPT;

/// Sets the image pixel module and Pixel Data of the data set. Returns `Internal` where a number is outside its range.
CDCMTKStatus cdcmtk_draft_set_pixels(
    CDCMTKDraft *draft, const CDCMTKPixels *pixels) CDCMTK_NOEXCEPT;

/// Sets Encapsulated Document of the data set; an odd length is filled up with a zero. Returns `Internal` where it is
/// empty or does not fit.
CDCMTKStatus cdcmtk_draft_set_document(
    CDCMTKDraft *draft, const uint8_t *bytes, size_t length) CDCMTK_NOEXCEPT;

/// Writes a PS3.10 file of this transfer syntax to `path`, encoding the pixel data.
///
/// Returns `TransferSyntaxUnsupported`, `AttributeMissing` (SOP Class or Instance UID), `NotWritten`.
CDCMTKStatus cdcmtk_draft_write(
    CDCMTKDraft *draft, const char *transfer_syntax, const char *path) CDCMTK_NOEXCEPT;

/// Makes a PS3.10 file of this transfer syntax, whose pixel data is not compressed, in memory; `length` is its size in
/// bytes. `cdcmtk_draft_copy` gives the bytes.
///
/// Returns `TransferSyntaxUnsupported`, `AttributeMissing` (SOP Class or Instance UID), `NotWritten`.
CDCMTKStatus cdcmtk_draft_encode(
    CDCMTKDraft *draft, const char *transfer_syntax, size_t *length) CDCMTK_NOEXCEPT;

/// Fills `buffer` with up to `capacity` bytes of the file that `cdcmtk_draft_encode` made; none where it made none.
/// Returns how many were filled.
size_t cdcmtk_draft_copy(
    const CDCMTKDraft *draft, uint8_t *buffer, size_t capacity) CDCMTK_NOEXCEPT;

#pragma clang assume_nonnull end

#ifdef __cplusplus
}
#endif

#endif
