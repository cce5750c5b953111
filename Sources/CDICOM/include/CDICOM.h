// DICOM files read by our own code, behind plain C: structure, text, frames, codecs, Hounsfield units.
//
// No C++ type, exception or allocation crosses. The caller owns every buffer; functions that fill one say how much
// there is, so the caller asks for the size, then for the bytes. Every function that can fail returns a status; what
// went wrong is said in words by `cdicom_explanation` on the same thread. A handle belongs to one thread at a time;
// different handles may be used by different threads at once.
//
// Lossy JPEG is decoded by DCMTK (CDCMTK.h), after our own walk over the stream: `cdcmtk_start` comes before the first
// frame. Nothing else here needs DCMTK.

#ifndef CDICOM_H
#define CDICOM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
#define CDICOM_NOEXCEPT noexcept
extern "C" {
#else
#define CDICOM_NOEXCEPT
#endif

#pragma clang assume_nonnull begin

/// How a call ended. Open: later versions may add values. A number means the same in `CDCMTKStatus`; those that only
/// DCMTK can come to are left out.
typedef enum __attribute__((enum_extensibility(open))) CDICOMStatus : int32_t {
    /// Done.
    CDICOMStatusOk = 0,
    /// The file does not parse, and does not begin as DICOM.
    CDICOMStatusNotDICOM = 1,
    /// The file cannot be opened or read.
    CDICOMStatusUnreadable = 2,
    /// The file begins as DICOM and does not parse to its end.
    CDICOMStatusDamaged = 3,
    /// The attribute is absent or empty.
    CDICOMStatusAttributeMissing = 4,
    /// The attribute's value has no text form (a sequence, bytes) or does not fit its value representation.
    CDICOMStatusAttributeInvalid = 5,
    /// Pixel data is absent, has another length than its attributes require, or does not decode completely.
    CDICOMStatusPixelDataIncomplete = 7,
    /// Pixel data is encoded in a way that nothing here decodes.
    CDICOMStatusPixelDataUnsupported = 8,
    /// No codec for the transfer syntax.
    CDICOMStatusTransferSyntaxUnsupported = 9,
    /// Memory ran out.
    CDICOMStatusOutOfMemory = 12,
    /// An argument is outside its range, or a library underneath failed in an unexpected way.
    CDICOMStatusInternal = 13,
    /// A cap on the structure of the file is exceeded.
    CDICOMStatusLimitExceeded = 14,
} CDICOMStatus;

// MARK: - Start

/// Loads the conversions of every character set, which reading would load when it meets them: for a process that
/// confines itself afterwards. Safe to call often and from several threads; only the first call does anything.
CDICOMStatus cdicom_load_character_sets(void) CDICOM_NOEXCEPT;

/// Why the last failed call on this thread failed: a sentence in UTF-8 without NUL, at most `capacity` bytes of it.
/// Returns the full length in bytes.
size_t cdicom_explanation(char *_Nullable buffer, size_t capacity) CDICOM_NOEXCEPT;

// MARK: - Reading

/// An opened DICOM file.
typedef struct CDICOMObject CDICOMObject;

/// Caps on the structure of a file; beyond one, `cdicom_open` returns `LimitExceeded`.
typedef struct CDICOMLimits {
    /// Bytes that a deflated data set may become.
    uint64_t most_inflated_bytes;
    /// Sequences inside each other.
    uint32_t deepest_nesting;
    /// Elements and items.
    uint32_t most_elements;
    /// Fragments of encapsulated pixel data.
    uint32_t most_fragments;
} CDICOMLimits;

/// Opens the file at `path`; on `Ok`, `object` is a handle to be given to `cdicom_close`, otherwise NULL.
///
/// Reads everything before Pixel Data, which is left in the file until it is asked for. Files without preamble or meta
/// header and those that are written otherwise than they declare are read as they are. Returns `NotDICOM`,
/// `Unreadable`, `Damaged`, `LimitExceeded`.
CDICOMStatus cdicom_open(
    const char *path, const CDICOMLimits *limits, CDICOMObject *_Nullable *_Nonnull object) CDICOM_NOEXCEPT;

/// Closes the handle and frees everything behind it. NULL is allowed.
void cdicom_close(CDICOMObject *_Nullable object) CDICOM_NOEXCEPT;

/// Whether the file has the preamble and `DICM` of PS3.10.
bool cdicom_has_preamble(const CDICOMObject *object) CDICOM_NOEXCEPT;

/// As an item: the top level of the data set, with the meta header.
static const uint32_t CDICOMTopLevel = UINT32_MAX;
/// No sequence, or no item.
static const uint32_t CDICOMNone = UINT32_MAX - 1;

/// Whether the item has this attribute, empty or not.
bool cdicom_has(
    const CDICOMObject *object, uint32_t item, uint16_t group, uint16_t element) CDICOM_NOEXCEPT;

/// The sequence that this attribute of the item is; `CDICOMNone` where it is absent or no sequence.
uint32_t cdicom_sequence(
    const CDICOMObject *object, uint32_t item, uint16_t group, uint16_t element) CDICOM_NOEXCEPT;

/// The item of the sequence after `item`, the first one after `CDICOMNone`; `CDICOMNone` after the last.
uint32_t cdicom_next_item(
    const CDICOMObject *object, uint32_t sequence, uint32_t item) CDICOM_NOEXCEPT;

/// The attribute's value in the item as text, several values with backslashes between, numbers in decimal. Text is
/// converted to UTF-8 from the file's Specific Character Set (ISO 2022 included); where it cannot be, the bytes come as
/// they stand in the file, and the caller repairs them.
///
/// `length` is the full length in bytes; up to `capacity` bytes are filled, without NUL at the end. Returns
/// `AttributeMissing`; `AttributeInvalid` also where the attribute stands there several times with different values.
CDICOMStatus cdicom_text(
    CDICOMObject *object, uint32_t item, uint16_t group, uint16_t element, char *_Nullable buffer,
    size_t capacity, size_t *length) CDICOM_NOEXCEPT;

/// The UID of the transfer syntax without compression that the data set is written in, whatever the file declares.
const char *cdicom_encoding(const CDICOMObject *object) CDICOM_NOEXCEPT;

/// The next bytes of the encoded pixel data: native bytes in little-endian order, or the fragments' bytes one after the
/// other without the offset table. `count` is 0 at the end.
///
/// Returns `PixelDataIncomplete` where there is no pixel data, or less than its length says; `LimitExceeded`.
CDICOMStatus cdicom_encoded_pixels_next(
    CDICOMObject *object, uint8_t *buffer, size_t capacity, size_t *count) CDICOM_NOEXCEPT;

// MARK: - Hounsfield units

/// How stored values lie in the pixel data and become Hounsfield units.
///
/// A cell of Bits Allocated holds a stored value of Bits Stored and may hold more: an overlay, copies of the sign, or
/// what nobody declares. Padding may be declared with bits beyond Bits Stored: then it is a cell, not a stored value.
///
/// MONOCHROME1 makes no difference: it turns black and white around on a screen, behind the rescale.
///
/// **Source** PS3.3 C.7.6.3, C.7.6.3.1.2 (MONOCHROME1), C.11.1, C.7.5.1.1.2 (padding).
typedef struct CDICOMHounsfieldRequest {
    /// (0028,0010), at least 1.
    uint16_t rows;
    /// (0028,0011), at least 1.
    uint16_t columns;
    /// (0028,0008), at least 1; 1 where the object has none.
    uint32_t number_of_frames;
    /// (0028,0100): 8 or 16.
    uint16_t bits_allocated;
    /// (0028,0101): 1 to bits allocated.
    uint16_t bits_stored;
    /// (0028,0102): bits stored - 1 to bits allocated - 1.
    uint16_t high_bit;
    /// (0028,0103) is 1.
    bool is_signed;
    /// Bits of a cell that declared overlays lie in, as a mask (PS3.5 8.1.2, PS3.3 C.9.2.1.1).
    uint16_t overlay_bits;
    /// Stored values from `padding_smallest` to `padding_largest`, ends included, are padding, and where that range
    /// goes beyond what a stored value can be, cells in it as they stand in the file; none are where this is false.
    bool has_padding;
    /// Padding becomes -1024 HU; otherwise it keeps its rescaled value.
    bool padding_becomes_air;
    /// Padding becomes 1 and every other pixel 0, in place of Hounsfield units.
    bool pixels_become_mask;
    /// See `has_padding`.
    int32_t padding_smallest;
    /// See `has_padding`.
    int32_t padding_largest;
    /// (0028,1053), finite.
    double rescale_slope;
    /// (0028,1052), finite.
    double rescale_intercept;
    /// A modality LUT in place of slope and intercept: Hounsfield units by stored value; NULL where there is none.
    const uint16_t *_Nullable lut;
    /// Entries of `lut`, 1 to 65536.
    uint32_t lut_count;
    /// The stored value of the first entry. Smaller values map to the first entry, values behind the last to the last.
    int32_t lut_first;
} CDICOMHounsfieldRequest;

/// What a conversion met. Padding pixels enter only what is said of padding.
typedef struct CDICOMHounsfieldFacts {
    /// Pixels whose value had to be clamped to Int16.
    int32_t clamped_pixels;
    /// Pixels that are padding.
    int32_t padding_pixels;
    /// Smallest rescaled value of padding pixels; INT32_MAX where there are none.
    int32_t smallest_padding_hu;
    /// Largest rescaled value of padding pixels; INT32_MIN where there are none.
    int32_t largest_padding_hu;
    /// Cells with bits beyond Bits Stored that are no padding, no declared overlay and no copies of the sign.
    int32_t stray_cells;
    /// Samples of a lossless JPEG image that left the range of its precision and were taken modulo it.
    int32_t wrapped_samples;
    /// The encoded image has no end marker, and every sample was there.
    bool lacks_end;
    /// Smallest Hounsfield value; INT32_MAX where every pixel is padding.
    int32_t smallest_hu;
    /// Largest Hounsfield value; INT32_MIN where every pixel is padding.
    int32_t largest_hu;
    /// Bytes of the frame, or of native pixel data behind its last frame, that belong to no pixel, without one that
    /// makes an even length. Never more than a frame where pixel data is native.
    uint64_t trailing_bytes;
} CDICOMHounsfieldFacts;

/// Decodes frame `frame`, from 0, and converts it to Hounsfield units, row by row, into `pixels` of `capacity` values.
///
/// Decoding goes straight into `pixels`, conversion happens in place. `transfer_syntax` is the UID the file declares.
/// What finds the frames is kept with the object for the next call. Returns `PixelDataIncomplete`,
/// `PixelDataUnsupported`, `TransferSyntaxUnsupported`, `OutOfMemory`, `Internal` where the request is outside its
/// ranges, `frame` is not below `number_of_frames` or `capacity` is less than rows x columns. After a failure the
/// values in `pixels` mean nothing.
CDICOMStatus cdicom_decode_hounsfield(
    CDICOMObject *object, const char *transfer_syntax, uint32_t frame, const CDICOMHounsfieldRequest *request,
    int16_t *pixels, size_t capacity, CDICOMHounsfieldFacts *facts) CDICOM_NOEXCEPT;

/// The type of the first modality LUT (0028,3004): `HU` where its entries are Hounsfield units.
///
/// `length` and `capacity` as for `cdicom_text`. Returns `AttributeMissing` where there is no Modality LUT
/// Sequence, or no type in it.
CDICOMStatus cdicom_modality_lut_type(
    CDICOMObject *object, char *_Nullable buffer, size_t capacity, size_t *length) CDICOM_NOEXCEPT;

/// The first modality LUT (0028,3000): its entries, at most 65536 and always unsigned, and the stored value `first` of
/// the first one.
///
/// `count` is the number of entries; up to `capacity` are filled. `is_signed` is Pixel Representation, which gives
/// `first` its sign. Returns `AttributeMissing`, `AttributeInvalid`. **Source** PS3.3 C.11.1.1.1.
CDICOMStatus cdicom_modality_lut(
    CDICOMObject *object, bool is_signed, uint16_t *_Nullable entries, size_t capacity, uint32_t *count,
    int32_t *first) CDICOM_NOEXCEPT;

/// Converts `count` stored values in place: on entry the bit patterns of bits allocated 16, on return Hounsfield units,
/// slope x stored + intercept in double, rounded to the nearest (ties to even) and clamped to Int16.
///
/// `count` is at most INT32_MAX; the request must be within its ranges.
void cdicom_hounsfield_from_stored(
    const CDICOMHounsfieldRequest *request, int16_t *pixels, size_t count,
    CDICOMHounsfieldFacts *facts) CDICOM_NOEXCEPT;

#pragma clang assume_nonnull end

#ifdef __cplusplus
}
#endif

#endif
