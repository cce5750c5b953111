# Reads the tables of `gantry export` (CSV) with R alone, each column by its type: docs/export.md.
#
#   Rscript read_export.R DIR      prints how many rows each table has, and a line for each verdict

integers <- scan(quiet = TRUE, what = "", text = "revision attempts longest_run_slices aggregated_slices scored_slices
  slices files_seen files_scored files_skipped files_rejected series_index rank series_number instances images positions
  gaps missing_slices frame_number slice_index instance_number clamped_pixels")
numbers <- scan(quiet = TRUE, what = "", text = "probability interval_lower interval_upper negative_below positive_from
  fraction_positive tube_voltage_kv slice_thickness_mm slice_spacing_mm smallest_spacing_mm largest_spacing_mm
  tilt_degrees enclosed_air_ml position_mm lung_fraction lung_area_mm2
  training_distance")
booleans <- c("is_standing", "scores_from_store", "is_chosen", "is_regular")
moments <- c("queued_at", "updated_at", "retry_at", "failed_since_at", "judged_at", "started_at", "finished_at")

# The text that a cell holds: without the apostrophes before what a spreadsheet might take for a formula.
text <- function(cells) gsub("(^|[;\t\r\n])([ \"]*)'", "\\1\\2", cells, perl = TRUE)

# The table in a file. Lists stay JSON text, for jsonlite::fromJSON.
table_of <- function(path) {
  # Nothing is guessed: "NA" may be a name, and a key may look like a number.
  frame <- read.csv(path, colClasses = "character", na.strings = "", fileEncoding = "UTF-8-BOM", encoding = "UTF-8")
  for (name in names(frame)) {
    cells <- frame[[name]]
    frame[[name]] <-
      if (name %in% integers) as.integer(cells)
      else if (name %in% numbers) as.numeric(cells)
      else if (name %in% booleans) as.logical(cells)
      else if (name %in% moments) as.POSIXct(cells, format = "%Y-%m-%dT%H:%M:%OSZ", tz = "UTC")
      else text(cells)
  }
  frame
}

folder <- commandArgs(trailingOnly = TRUE)[1]
tables <- sapply(c("studies", "series", "slices", "files"), simplify = FALSE, function(name) {
  table_of(file.path(folder, paste0(name, ".csv")))
})
for (name in names(tables)) cat(name, nrow(tables[[name]]), "\n", sep = " ")

highest <- aggregate(probability ~ study_key + revision, tables$slices, max)
names(highest)[3] <- "highest"
studies <- merge(tables$studies, highest, by = c("study_key", "revision"), all.x = TRUE, sort = FALSE)
# A study that failed since its last verdict has none that counts.
judged <- studies[!is.na(studies$finding) & is.na(studies$failed_since_at), ]
judged <- judged[order(match(paste(judged$study_key, judged$revision),
                             paste(tables$studies$study_key, tables$studies$revision))), ]
for (row in seq_len(nrow(judged))) with(judged[row, ], {
  cat(study_key, revision, finding, sprintf("%.4f", probability), sprintf("%.4f", highest), "\n")
})
