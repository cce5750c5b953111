// What GantryReports needs of cairo and pango: PDF documents of vector drawings, texts and pictures.
//
// The libraries are not linked: they bring thirty others with them, and only who writes a PDF needs them. A document
// belongs to one thread at a time; any number of threads may make documents of their own at once. Lengths are points
// (1/72 inch), y downwards. No text is ever taken for markup. No type of the libraries crosses.

#ifndef CCAIRO_H
#define CCAIRO_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/// What a call came to. New values may be added.
typedef enum ccairo_status {
    /// Done.
    CCAIRO_OK = 0,
    /// No font of the family is installed.
    CCAIRO_NO_FONT = 1,
    /// There is no memory.
    CCAIRO_NO_MEMORY = 2,
    /// A picture is no PNG, is damaged, or has a side beyond `CCAIRO_LARGEST_SIDE`.
    CCAIRO_BAD_PICTURE = 3,
    /// cairo refuses; `ccairo_explanation` says why.
    CCAIRO_REFUSED = 4,
} ccairo_status;

/// Pixels of a picture's largest side.
enum { CCAIRO_LARGEST_SIDE = 16384 };

/// A document being drawn.
typedef struct ccairo_document ccairo_document;

/// What a document says of itself.
typedef enum ccairo_field {
    CCAIRO_TITLE = 0,
    CCAIRO_AUTHOR = 1,
    CCAIRO_SUBJECT = 2,
    CCAIRO_KEYWORDS = 3,
    CCAIRO_CREATOR = 4,
    /// ISO 8601.
    CCAIRO_CREATED = 5,
    /// ISO 8601.
    CCAIRO_MODIFIED = 6,
} ccairo_field;

/// 0 to 1 each.
typedef struct ccairo_colour {
    double red, green, blue, opacity;
} ccairo_colour;

/// How a line is drawn.
typedef struct ccairo_pen {
    ccairo_colour colour;
    double width;
    /// Lengths of dashes and of what is between them; both 0 for a whole line.
    double dash, gap;
    /// Whether its ends and corners are round.
    bool is_round;
} ccairo_pen;

/// How a text is set.
typedef struct ccairo_style {
    double size;
    bool is_bold;
    /// Widest line; 0 for one line of any length.
    double width;
    /// Most lines, the last of which ends in an ellipsis where more would be needed; 0 for any number.
    int32_t lines;
    /// Where lines stand within `width`: 0 at its left, 1 in its middle, 2 at its right, whatever the writing's
    /// direction.
    int32_t alignment;
} ccairo_style;

/// A text that was set, for `ccairo_show_text`.
typedef struct ccairo_text {
    int32_t number;
    int32_t lines;
    bool is_cut;
    double width, height;
    /// From its top to the base line of the first line.
    double baseline;
} ccairo_text;

/// A picture that was read, for `ccairo_show_picture`.
typedef struct ccairo_picture {
    int32_t number;
    int32_t columns, rows;
} ccairo_picture;

/// Loads the libraries, once for the process; null where they are there, else why they are not, a static string. Every
/// other function here may be called only where this has returned null.
const char *_Nullable ccairo_load(void);

/// Begins a document whose pages have this size and whose texts are of the font family `family`.
ccairo_status ccairo_begin(
    double width, double height, const char *_Nonnull family, ccairo_document *_Nullable *_Nonnull out_document);

/// Ends a document's life, finished or not.
void ccairo_discard(ccairo_document *_Nullable document);

/// Says something of the document; UTF-8.
void ccairo_describe(ccairo_document *_Nonnull document, ccairo_field field, const char *_Nonnull text);

/// Ends a page; what is drawn next stands on the next one.
void ccairo_end_page(ccairo_document *_Nonnull document);

/// Ends the document, which must be drawn on no more, and says how many bytes the PDF has.
ccairo_status ccairo_finish(ccairo_document *_Nonnull document, size_t *_Nonnull out_length);

/// Fills `buffer` with up to `capacity` bytes of a finished document's PDF. Returns how many.
size_t ccairo_copy(const ccairo_document *_Nonnull document, uint8_t *_Nonnull buffer, size_t capacity);

/// Why cairo refused, a static sentence.
const char *_Nonnull ccairo_explanation(const ccairo_document *_Nonnull document);

/// Moves the origin to x, y, enlarges, and where `is_upright` turns a quarter to the left, until `ccairo_pop`.
void ccairo_push(ccairo_document *_Nonnull document, double x, double y, double scale, bool is_upright);
void ccairo_pop(ccairo_document *_Nonnull document);

/// The path that `ccairo_paint` fills and draws.
void ccairo_move(ccairo_document *_Nonnull document, double x, double y);
void ccairo_line(ccairo_document *_Nonnull document, double x, double y);
void ccairo_close(ccairo_document *_Nonnull document);
void ccairo_rectangle(
    ccairo_document *_Nonnull document, double x, double y, double width, double height, double radius);
void ccairo_circle(ccairo_document *_Nonnull document, double x, double y, double radius);

/// Fills the path, then draws it, then forgets it.
void ccairo_paint(
    ccairo_document *_Nonnull document, const ccairo_colour *_Nullable fill, const ccairo_pen *_Nullable pen);

/// Sets a text of `length` bytes of UTF-8, in one paragraph. It can be shown until the document's end.
ccairo_status ccairo_set_text(
    ccairo_document *_Nonnull document, const char *_Nonnull text, size_t length, ccairo_style style,
    ccairo_text *_Nonnull out_text);

/// Shows a text that was set; x, y is its upper left corner.
void ccairo_show_text(
    ccairo_document *_Nonnull document, ccairo_text text, double x, double y, ccairo_colour colour);

/// Characters that no installed font has a glyph of, in the order in which they came, each once: fills up to `capacity`
/// and returns how many there are.
size_t ccairo_absent(const ccairo_document *_Nonnull document, uint32_t *_Nullable buffer, size_t capacity);

/// Reads a PNG, to be shown until the document's end; however often that is, the PDF has it once.
ccairo_status ccairo_open_png(
    ccairo_document *_Nonnull document, const uint8_t *_Nonnull png, size_t length,
    ccairo_picture *_Nonnull out_picture);

/// Shows a picture in a rectangle, smooth where it is enlarged.
void ccairo_show_picture(
    ccairo_document *_Nonnull document, ccairo_picture picture, double x, double y, double width, double height);

#ifdef __cplusplus
}
#endif

#endif
