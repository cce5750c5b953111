// Debian's cairo 1.16 and pango 1.50 (libpango1.0-dev), by the interfaces that cairo 1.16 and pango 1.46 have.
#include <pango/pangocairo.h>
#include <cairo-pdf.h>

#include <dlfcn.h>
#include <math.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ccairo.h"

// What stands in it is found through it in the libraries that it needs: pango, cairo, gobject.
#define LIBRARY "libpangocairo-1.0.so.0"

#define FUNCTIONS(FUNCTION) \
    FUNCTION(g_object_unref) \
    FUNCTION(cairo_pdf_surface_create_for_stream) FUNCTION(cairo_pdf_surface_set_metadata) \
    FUNCTION(cairo_surface_finish) FUNCTION(cairo_surface_status) FUNCTION(cairo_surface_destroy) \
    FUNCTION(cairo_image_surface_create_from_png_stream) FUNCTION(cairo_image_surface_get_width) \
    FUNCTION(cairo_image_surface_get_height) FUNCTION(cairo_status_to_string) \
    FUNCTION(cairo_create) FUNCTION(cairo_destroy) FUNCTION(cairo_status) FUNCTION(cairo_show_page) \
    FUNCTION(cairo_save) FUNCTION(cairo_restore) FUNCTION(cairo_translate) FUNCTION(cairo_scale) \
    FUNCTION(cairo_rotate) FUNCTION(cairo_new_path) FUNCTION(cairo_new_sub_path) FUNCTION(cairo_move_to) \
    FUNCTION(cairo_line_to) FUNCTION(cairo_close_path) FUNCTION(cairo_rectangle) FUNCTION(cairo_arc) \
    FUNCTION(cairo_set_source_rgba) FUNCTION(cairo_set_line_width) FUNCTION(cairo_set_dash) \
    FUNCTION(cairo_set_line_cap) FUNCTION(cairo_set_line_join) FUNCTION(cairo_fill) \
    FUNCTION(cairo_fill_preserve) FUNCTION(cairo_stroke) FUNCTION(cairo_set_source_surface) \
    FUNCTION(cairo_get_source) FUNCTION(cairo_pattern_set_filter) \
    FUNCTION(cairo_font_options_create) FUNCTION(cairo_font_options_destroy) \
    FUNCTION(cairo_font_options_set_hint_style) FUNCTION(cairo_font_options_set_hint_metrics) \
    FUNCTION(cairo_font_options_set_antialias) \
    FUNCTION(pango_cairo_font_map_new) FUNCTION(pango_cairo_context_set_font_options) \
    FUNCTION(pango_cairo_show_layout) FUNCTION(pango_cairo_update_context) \
    FUNCTION(pango_font_map_create_context) FUNCTION(pango_context_set_language) \
    FUNCTION(pango_language_from_string) \
    FUNCTION(pango_context_set_base_dir) FUNCTION(pango_context_set_round_glyph_positions) \
    FUNCTION(pango_context_load_font) FUNCTION(pango_font_describe) \
    FUNCTION(pango_font_description_new) FUNCTION(pango_font_description_free) \
    FUNCTION(pango_font_description_set_family) FUNCTION(pango_font_description_get_family) \
    FUNCTION(pango_font_description_set_absolute_size) FUNCTION(pango_font_description_set_weight) \
    FUNCTION(pango_attr_list_new) FUNCTION(pango_attr_list_insert) FUNCTION(pango_attr_list_unref) \
    FUNCTION(pango_attr_insert_hyphens_new) \
    FUNCTION(pango_layout_new) FUNCTION(pango_layout_set_text) FUNCTION(pango_layout_set_font_description) \
    FUNCTION(pango_layout_set_attributes) FUNCTION(pango_layout_set_width) FUNCTION(pango_layout_set_height) \
    FUNCTION(pango_layout_set_wrap) FUNCTION(pango_layout_set_ellipsize) FUNCTION(pango_layout_set_alignment) \
    FUNCTION(pango_layout_set_line_spacing) FUNCTION(pango_layout_set_single_paragraph_mode) \
    FUNCTION(pango_layout_get_size) FUNCTION(pango_layout_get_baseline) FUNCTION(pango_layout_get_line_count) \
    FUNCTION(pango_layout_get_direction) FUNCTION(pango_layout_is_ellipsized) \
    FUNCTION(pango_layout_get_unknown_glyphs_count) \
    FUNCTION(pango_layout_get_iter) FUNCTION(pango_layout_iter_free) FUNCTION(pango_layout_iter_next_run) \
    FUNCTION(pango_layout_iter_get_run_readonly)

static struct {
#define DECLARE(name) __typeof__(name) *name;
    FUNCTIONS(DECLARE)
} library;

static pthread_once_t once = PTHREAD_ONCE_INIT;
static char refusal[256] = "";

static void load(void) {
    // Never unloaded: GLib cannot be.
    void *const handle = dlopen(LIBRARY, RTLD_NOW | RTLD_LOCAL);
    if (handle == NULL) {
        const char *const why = dlerror();
        snprintf(refusal, sizeof refusal, "%s", why ? why : LIBRARY);
        return;
    }
#define RESOLVE(name) \
    library.name = (__typeof__(name) *)dlsym(handle, #name); \
    if (library.name == NULL) { \
        snprintf(refusal, sizeof refusal, LIBRARY ": it and what it needs have no " #name); \
        return; \
    }
    FUNCTIONS(RESOLVE)
}

const char *ccairo_load(void) {
    pthread_once(&once, load);
    return refusal[0] == 0 ? NULL : refusal;
}

/// Most absent characters that are told of.
enum { most_absent = 64 };

struct ccairo_document {
    cairo_surface_t *surface;
    cairo_t *cairo;
    PangoFontMap *fonts;
    PangoContext *context;
    PangoFontDescription *font;
    PangoAttrList *attributes;
    PangoLayout **texts;
    size_t text_count, text_capacity;
    cairo_surface_t **pictures;
    size_t picture_count;
    uint8_t *bytes;
    size_t length, capacity;
    uint32_t absent[most_absent];
    size_t absent_count;
    cairo_status_t status;
};

static cairo_status_t append(void *context, const unsigned char *data, unsigned int length) {
    ccairo_document *const document = context;
    if (document->capacity - document->length < length) {
        size_t capacity = document->capacity ? document->capacity : 1 << 18;
        while (capacity - document->length < length) { capacity *= 2; }
        uint8_t *const bytes = realloc(document->bytes, capacity);
        if (bytes == NULL) { return CAIRO_STATUS_NO_MEMORY; }
        document->bytes = bytes;
        document->capacity = capacity;
    }
    memcpy(document->bytes + document->length, data, length);
    document->length += length;
    return CAIRO_STATUS_SUCCESS;
}

/// Whether the font that the family's name leads to is of that family, and none that takes its place.
static bool has_family(ccairo_document *document, const char *family) {
    PangoFont *const font = library.pango_context_load_font(document->context, document->font);
    if (font == NULL) { return false; }
    PangoFontDescription *const found = library.pango_font_describe(font);
    const char *const name = found ? library.pango_font_description_get_family(found) : NULL;
    const bool is_it = name != NULL && strcmp(name, family) == 0;
    if (found) { library.pango_font_description_free(found); }
    library.g_object_unref(font);
    return is_it;
}

static ccairo_status failure(cairo_status_t status) {
    return status == CAIRO_STATUS_NO_MEMORY ? CCAIRO_NO_MEMORY : CCAIRO_REFUSED;
}

ccairo_status ccairo_begin(double width, double height, const char *family, ccairo_document **out_document) {
    *out_document = NULL;
    ccairo_document *const document = calloc(1, sizeof *document);
    if (document == NULL) { return CCAIRO_NO_MEMORY; }
    document->surface = library.cairo_pdf_surface_create_for_stream(append, document, width, height);
    document->cairo = library.cairo_create(document->surface);
    document->status = library.cairo_status(document->cairo);
    if (document->status != CAIRO_STATUS_SUCCESS) {
        const ccairo_status status = failure(document->status);
        ccairo_discard(document);
        return status;
    }
    // Fonts of this document alone: those of a thread would outlive what uses them.
    document->fonts = library.pango_cairo_font_map_new();
    document->context = library.pango_font_map_create_context(document->fonts);
    cairo_font_options_t *const options = library.cairo_font_options_create();
    library.cairo_font_options_set_antialias(options, CAIRO_ANTIALIAS_GRAY);
    library.cairo_font_options_set_hint_style(options, CAIRO_HINT_STYLE_NONE);
    library.cairo_font_options_set_hint_metrics(options, CAIRO_HINT_METRICS_OFF);
    library.pango_cairo_context_set_font_options(document->context, options);
    library.cairo_font_options_destroy(options);
    library.pango_cairo_update_context(document->cairo, document->context);
    library.pango_context_set_round_glyph_positions(document->context, FALSE);
    // Not that of whoever's shell it is.
    library.pango_context_set_language(document->context, library.pango_language_from_string("en"));
    library.pango_context_set_base_dir(document->context, PANGO_DIRECTION_WEAK_LTR);
    document->font = library.pango_font_description_new();
    library.pango_font_description_set_family(document->font, family);
    library.pango_font_description_set_absolute_size(document->font, 10 * PANGO_SCALE);
    // Within an identifier, a hyphen where a line ends would be part of it.
    document->attributes = library.pango_attr_list_new();
    library.pango_attr_list_insert(document->attributes, library.pango_attr_insert_hyphens_new(FALSE));
    if (!has_family(document, family)) {
        ccairo_discard(document);
        return CCAIRO_NO_FONT;
    }
    *out_document = document;
    return CCAIRO_OK;
}

void ccairo_discard(ccairo_document *document) {
    if (document == NULL) { return; }
    for (size_t index = 0; index < document->text_count; ++index) { library.g_object_unref(document->texts[index]); }
    free(document->texts);
    for (size_t index = 0; index < document->picture_count; ++index) {
        library.cairo_surface_destroy(document->pictures[index]);
    }
    free(document->pictures);
    if (document->attributes) { library.pango_attr_list_unref(document->attributes); }
    if (document->font) { library.pango_font_description_free(document->font); }
    if (document->context) { library.g_object_unref(document->context); }
    if (document->fonts) { library.g_object_unref(document->fonts); }
    library.cairo_destroy(document->cairo);
    library.cairo_surface_destroy(document->surface);
    free(document->bytes);
    free(document);
}

void ccairo_describe(ccairo_document *document, ccairo_field field, const char *text) {
    static const cairo_pdf_metadata_t fields[] = {
        CAIRO_PDF_METADATA_TITLE, CAIRO_PDF_METADATA_AUTHOR, CAIRO_PDF_METADATA_SUBJECT, CAIRO_PDF_METADATA_KEYWORDS,
        CAIRO_PDF_METADATA_CREATOR, CAIRO_PDF_METADATA_CREATE_DATE, CAIRO_PDF_METADATA_MOD_DATE,
    };
    if ((size_t)field < sizeof fields / sizeof *fields) {
        library.cairo_pdf_surface_set_metadata(document->surface, fields[field], text);
    }
}

void ccairo_end_page(ccairo_document *document) { library.cairo_show_page(document->cairo); }

ccairo_status ccairo_finish(ccairo_document *document, size_t *out_length) {
    document->status = library.cairo_status(document->cairo);
    library.cairo_surface_finish(document->surface);
    if (document->status == CAIRO_STATUS_SUCCESS) {
        document->status = library.cairo_surface_status(document->surface);
    }
    if (document->status != CAIRO_STATUS_SUCCESS) { return failure(document->status); }
    *out_length = document->length;
    return CCAIRO_OK;
}

size_t ccairo_copy(const ccairo_document *document, uint8_t *buffer, size_t capacity) {
    const size_t count = document->length < capacity ? document->length : capacity;
    memcpy(buffer, document->bytes, count);
    return count;
}

const char *ccairo_explanation(const ccairo_document *document) {
    return library.cairo_status_to_string(document->status);
}

// MARK: Drawing

void ccairo_push(ccairo_document *document, double x, double y, double scale, bool is_upright) {
    library.cairo_save(document->cairo);
    library.cairo_translate(document->cairo, x, y);
    if (is_upright) { library.cairo_rotate(document->cairo, -M_PI / 2); }
    library.cairo_scale(document->cairo, scale, scale);
}

void ccairo_pop(ccairo_document *document) { library.cairo_restore(document->cairo); }

void ccairo_move(ccairo_document *document, double x, double y) { library.cairo_move_to(document->cairo, x, y); }

void ccairo_line(ccairo_document *document, double x, double y) { library.cairo_line_to(document->cairo, x, y); }

void ccairo_close(ccairo_document *document) { library.cairo_close_path(document->cairo); }

void ccairo_rectangle(ccairo_document *document, double x, double y, double width, double height, double radius) {
    cairo_t *const cairo = document->cairo;
    if (radius <= 0) {
        library.cairo_rectangle(cairo, x, y, width, height);
        return;
    }
    library.cairo_new_sub_path(cairo);
    library.cairo_arc(cairo, x + width - radius, y + radius, radius, -M_PI / 2, 0);
    library.cairo_arc(cairo, x + width - radius, y + height - radius, radius, 0, M_PI / 2);
    library.cairo_arc(cairo, x + radius, y + height - radius, radius, M_PI / 2, M_PI);
    library.cairo_arc(cairo, x + radius, y + radius, radius, M_PI, 3 * M_PI / 2);
    library.cairo_close_path(cairo);
}

void ccairo_circle(ccairo_document *document, double x, double y, double radius) {
    library.cairo_new_sub_path(document->cairo);
    library.cairo_arc(document->cairo, x, y, radius, 0, 2 * M_PI);
    library.cairo_close_path(document->cairo);
}

static void set_source(cairo_t *cairo, ccairo_colour colour) {
    library.cairo_set_source_rgba(cairo, colour.red, colour.green, colour.blue, colour.opacity);
}

void ccairo_paint(ccairo_document *document, const ccairo_colour *fill, const ccairo_pen *pen) {
    cairo_t *const cairo = document->cairo;
    if (fill) {
        set_source(cairo, *fill);
        library.cairo_fill_preserve(cairo);
    }
    if (pen) {
        set_source(cairo, pen->colour);
        library.cairo_set_line_width(cairo, pen->width);
        const double dashes[] = {pen->dash, pen->gap};
        library.cairo_set_dash(cairo, dashes, pen->dash > 0 ? 2 : 0, 0);
        library.cairo_set_line_cap(cairo, pen->is_round ? CAIRO_LINE_CAP_ROUND : CAIRO_LINE_CAP_BUTT);
        library.cairo_set_line_join(cairo, pen->is_round ? CAIRO_LINE_JOIN_ROUND : CAIRO_LINE_JOIN_MITER);
        library.cairo_stroke(cairo);
    }
    library.cairo_new_path(cairo);
}

// MARK: Texts

/// Keeps the characters of a text that no font has.
static void note_absent(ccairo_document *document, PangoLayout *layout) {
    if (library.pango_layout_get_unknown_glyphs_count(layout) == 0) { return; }
    PangoLayoutIter *const iterator = library.pango_layout_get_iter(layout);
    do {
        const PangoLayoutRun *const run = library.pango_layout_iter_get_run_readonly(iterator);
        if (run == NULL) { continue; }
        for (int index = 0; index < run->glyphs->num_glyphs; ++index) {
            const PangoGlyph glyph = run->glyphs->glyphs[index].glyph;
            if (glyph == PANGO_GLYPH_EMPTY || !(glyph & PANGO_GLYPH_UNKNOWN_FLAG)) { continue; }
            const uint32_t character = glyph & ~PANGO_GLYPH_UNKNOWN_FLAG;
            size_t place = 0;
            while (place < document->absent_count && document->absent[place] != character) { ++place; }
            if (place == document->absent_count && place < most_absent) {
                document->absent[document->absent_count++] = character;
            }
        }
    } while (library.pango_layout_iter_next_run(iterator));
    library.pango_layout_iter_free(iterator);
}

ccairo_status ccairo_set_text(
    ccairo_document *document, const char *text, size_t length, ccairo_style style, ccairo_text *out_text) {
    if (document->text_count == document->text_capacity) {
        const size_t capacity = document->text_capacity ? 2 * document->text_capacity : 256;
        PangoLayout **const texts = realloc(document->texts, capacity * sizeof *texts);
        if (texts == NULL) { return CCAIRO_NO_MEMORY; }
        document->texts = texts;
        document->text_capacity = capacity;
    }
    if (length > 1 << 20) { length = 1 << 20; }
    PangoLayout *const layout = library.pango_layout_new(document->context);
    library.pango_font_description_set_absolute_size(document->font, style.size * PANGO_SCALE);
    library.pango_font_description_set_weight(
        document->font, style.is_bold ? PANGO_WEIGHT_BOLD : PANGO_WEIGHT_NORMAL);
    library.pango_layout_set_font_description(layout, document->font);
    library.pango_layout_set_attributes(layout, document->attributes);
    library.pango_layout_set_single_paragraph_mode(layout, TRUE);
    library.pango_layout_set_line_spacing(layout, 0.92f);
    if (style.width > 0) {
        library.pango_layout_set_width(layout, (int)(style.width * PANGO_SCALE));
        library.pango_layout_set_wrap(layout, PANGO_WRAP_WORD_CHAR);
        if (style.lines > 0) {
            library.pango_layout_set_height(layout, -style.lines);
            library.pango_layout_set_ellipsize(layout, PANGO_ELLIPSIZE_END);
        }
    }
    library.pango_layout_set_text(layout, text, (int)length);
    // Pango's left is where a paragraph of its own direction begins.
    const bool is_leftward = library.pango_layout_get_direction(layout, 0) == PANGO_DIRECTION_RTL;
    const PangoAlignment alignments[] = {PANGO_ALIGN_LEFT, PANGO_ALIGN_CENTER, PANGO_ALIGN_RIGHT};
    if (style.alignment >= 0 && style.alignment <= 2) {
        library.pango_layout_set_alignment(layout, alignments[is_leftward ? 2 - style.alignment : style.alignment]);
    }
    int width = 0, height = 0;
    library.pango_layout_get_size(layout, &width, &height);
    *out_text = (ccairo_text){
        .number = (int32_t)document->text_count,
        .lines = library.pango_layout_get_line_count(layout),
        .is_cut = library.pango_layout_is_ellipsized(layout),
        .width = (double)width / PANGO_SCALE,
        .height = (double)height / PANGO_SCALE,
        .baseline = (double)library.pango_layout_get_baseline(layout) / PANGO_SCALE,
    };
    document->texts[document->text_count++] = layout;
    note_absent(document, layout);
    return CCAIRO_OK;
}

void ccairo_show_text(ccairo_document *document, ccairo_text text, double x, double y, ccairo_colour colour) {
    if (text.number < 0 || (size_t)text.number >= document->text_count) { return; }
    set_source(document->cairo, colour);
    library.cairo_move_to(document->cairo, x, y);
    library.pango_cairo_show_layout(document->cairo, document->texts[text.number]);
    library.cairo_new_path(document->cairo);
}

size_t ccairo_absent(const ccairo_document *document, uint32_t *buffer, size_t capacity) {
    for (size_t index = 0; index < document->absent_count && index < capacity; ++index) {
        buffer[index] = document->absent[index];
    }
    return document->absent_count;
}

// MARK: Pictures

typedef struct reading {
    const uint8_t *bytes;
    size_t length, done;
} reading;

static cairo_status_t read_png(void *context, unsigned char *data, unsigned int length) {
    reading *const state = context;
    if (state->length - state->done < length) { return CAIRO_STATUS_READ_ERROR; }
    memcpy(data, state->bytes + state->done, length);
    state->done += length;
    return CAIRO_STATUS_SUCCESS;
}

static uint32_t big_endian(const uint8_t *bytes) {
    return (uint32_t)bytes[0] << 24 | (uint32_t)bytes[1] << 16 | (uint32_t)bytes[2] << 8 | bytes[3];
}

ccairo_status ccairo_open_png(
    ccairo_document *document, const uint8_t *png, size_t length, ccairo_picture *out_picture) {
    // Signature, then length and name of the header, then its sides.
    static const uint8_t start[] = {0x89, 'P', 'N', 'G', 0x0D, 0x0A, 0x1A, 0x0A, 0, 0, 0, 13, 'I', 'H', 'D', 'R'};
    if (length < sizeof start + 8 || memcmp(png, start, sizeof start) != 0) { return CCAIRO_BAD_PICTURE; }
    const uint32_t columns = big_endian(png + 16), rows = big_endian(png + 20);
    if (columns < 1 || columns > CCAIRO_LARGEST_SIDE || rows < 1 || rows > CCAIRO_LARGEST_SIDE) {
        return CCAIRO_BAD_PICTURE;
    }
    cairo_surface_t **const pictures =
        realloc(document->pictures, (document->picture_count + 1) * sizeof *pictures);
    if (pictures == NULL) { return CCAIRO_NO_MEMORY; }
    document->pictures = pictures;
    reading state = {.bytes = png, .length = length};
    cairo_surface_t *const picture = library.cairo_image_surface_create_from_png_stream(read_png, &state);
    const cairo_status_t status = library.cairo_surface_status(picture);
    if (status != CAIRO_STATUS_SUCCESS) {
        library.cairo_surface_destroy(picture);
        return status == CAIRO_STATUS_NO_MEMORY ? CCAIRO_NO_MEMORY : CCAIRO_BAD_PICTURE;
    }
    *out_picture = (ccairo_picture){
        .number = (int32_t)document->picture_count,
        .columns = library.cairo_image_surface_get_width(picture),
        .rows = library.cairo_image_surface_get_height(picture),
    };
    pictures[document->picture_count++] = picture;
    return CCAIRO_OK;
}

void ccairo_show_picture(
    ccairo_document *document, ccairo_picture picture, double x, double y, double width, double height) {
    if (picture.number < 0 || (size_t)picture.number >= document->picture_count) { return; }
    cairo_t *const cairo = document->cairo;
    library.cairo_save(cairo);
    library.cairo_translate(cairo, x, y);
    library.cairo_scale(cairo, width / picture.columns, height / picture.rows);
    library.cairo_set_source_surface(cairo, document->pictures[picture.number], 0, 0);
    library.cairo_pattern_set_filter(library.cairo_get_source(cairo), CAIRO_FILTER_GOOD);
    library.cairo_rectangle(cairo, 0, 0, picture.columns, picture.rows);
    library.cairo_fill(cairo);
    library.cairo_restore(cairo);
}
