#!/bin/sh
# train-demo.sh GANTRY BUNDLE [STEP...]: trains the shipped bundle's network anew, from nothing but seeds, in train-demo/,
# and measures it. BUNDLE is the shipped one, whose recipe.yaml says which seeds and settings; it is not changed.
# Steps, all of them in this order unless some are named:
#
#   phantoms   the training cohort (some 10 minutes of two cores, 4 GB)
#   train      (up to 100 minutes; where it was interrupted it goes on)
#   calibrate  temperature and thresholds, on a cohort of their own
#   repeat     how far scans of one patient differ
#   measure    on the test set: f32, and bf16 and int8 where the CPU has them
#   unlike     what it calls unlike its training data
#
# What was made is not made again: remove it first.
set -eu
gantry=$(realpath "$1")
shipped=$2
shift 2
work=train-demo
bundle=$work/$(basename "$shipped")
mkdir -p "$work"

# cohort NAME SEED STUDIES SLICES [options]: phantoms in $work/NAME.
cohort() {
    name=$1 seed=$2 studies=$3 slices=$4
    shift 4
    [ -f "$work/$name/truth.csv" ] || "$gantry" phantom --output "$work/$name" --seed "$seed" --studies "$studies" \
        --slices "$slices" "$@"
}

# figures NAME [BUNDLE]: scores a cohort, and evaluates what came out.
figures() {
    scored=${2:-$bundle}
    store=$work/$1-$(basename "$scored").sqlite
    [ -f "$store" ] || "$gantry" ingest "$work/$1" --pipeline "$scored" --store "$store" --output "${store%.sqlite}" \
        --smallest-free-gb 0 >"${store%.sqlite}.log" || { status=$?; [ $status -eq 8 ] || exit $status; }
    "$gantry" evaluate --truth "$work/$1/truth.csv" --store "$store" --output "${store%.sqlite}-evaluation"
}

# in_bits PRECISION: a copy of the bundle that computes so; its path.
in_bits() {
    copy=$work/$(basename "$bundle")-$1
    if [ ! -d "$copy" ]; then
        cp -r "$bundle" "$copy"
        if [ "$1" = int8 ]; then "$gantry" model quantize "$work/calibration" --pipeline "$copy" >"$copy.log"; fi
        sed -i '/^  precision:/d; s/^model:.*/&\n  precision: '"$1"'/' "$copy/pipeline.yaml"
        "$gantry" bundle seal "$copy" >/dev/null
    fi
    echo "$copy"
}

phantoms() {
    cohort training 1701 1500 20
    # The table names its columns; a class is named after what is to be seen.
    [ -f "$work/training.csv" ] || awk -F, -v OFS=, '
        NR == 1 { for (i = 1; i <= NF; i++) at[$i] = i; print "study_instance_uid", "sop_instance_uid", "label"; next }
        { print $at["study_instance_uid"], $at["sop_instance_uid"], $at["positive_slice"] ? "opacity" : "negative" }
        ' "$work/training/truth.csv" >"$work/training.csv"
}

train() {
    if [ -f "$bundle/SHA256SUMS" ]; then return; fi
    if [ -d "$bundle" ]; then "$gantry" train --resume "$bundle"; return; fi
    "$gantry" train --recipe "$shipped/recipe.yaml" --output "$bundle"
}

calibrate() {
    cohort calibration 1702 150 20
    "$gantry" model calibrate "$bundle" --studies "$work/calibration" --truth "$work/calibration/truth.csv" \
        --at sensitivity=0.95 --at specificity=0.95
    # Rounded outwards to two digits: what is between them is indeterminate.
    awk '/^  negative-below:/ { printf "  negative-below: %.2f\n", int($2 * 100) / 100; next }
        /^  positive-from:/ { printf "  positive-from: %.2f\n", (int($2 * 100) + 1) / 100; next }
        { print }' "$bundle/pipeline.yaml" >"$work/pipeline.yaml"
    mv "$work/pipeline.yaml" "$bundle/pipeline.yaml"
    "$gantry" bundle seal "$bundle" >/dev/null
}

repeat() {
    cohort twice 1703 50 24 --scans 2
    "$gantry" model repeatability "$bundle" --studies "$work/twice"
}

measure() {
    cohort test 1717 200 24
    figures test
    for precision in bf16 int8; do figures test "$(in_bits $precision)"; done
}

unlike() {
    for kind in unseen like noise-and-kernel window; do
        case $kind in
        unseen) cohort $kind 1718 200 24 ;;
        like) cohort $kind 1707 60 20 --equal-headers ;;
        noise-and-kernel) cohort $kind 1707 60 20 --fix noise=45 --fix kernel=edge --equal-headers ;;
        window) cohort $kind 1707 60 20 --exported-window 40,400 --equal-headers ;;
        esac
        figures $kind
    done
    python3 - "$work" "$(basename "$bundle")" <<'END'
"""Areas under the ROC curve by which distances tell the unlike cohorts from the like one."""
import glob, json, sys

work, bundle = sys.argv[1:]
def distances(kind):
    reports = [json.load(open(path)) for path in glob.glob(f"{work}/{kind}-{bundle}/**/report.json", recursive=True)]
    slices = [slice["distance"] for report in reports for slice in report["slices"] if slice.get("distance")]
    studies = [report["distances"]["median"] for report in reports if report.get("distances")]
    return slices, studies, sum(report.get("unlikeTraining") == "unlike" for report in reports), len(reports)
def area(less, more):
    return sum((b > a) + (b == a) / 2 for a in less for b in more) / (len(less) * len(more))
like = distances("like")
for kind in ("unseen", "like"):
    found = distances(kind)
    print(f"{kind}: {found[2]} of {found[3]} studies are unlikeTraining")
for kind in ("noise-and-kernel", "window"):
    found = distances(kind)
    print(f"{kind}: {found[2]} of {found[3]} studies are unlikeTraining; area by studies' medians "
          f"{area(like[1], found[1]):.3f}, by slices {area(like[0], found[0]):.3f}")
END
}

for step in ${*:-phantoms train calibrate repeat measure unlike}; do $step; done
