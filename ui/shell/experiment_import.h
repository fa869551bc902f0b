// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/store/experiments.h"

#include <QString>

namespace widthwise::ui {

/// An experiment file as a draft for the store; relative paths in it are relative to its folder. A text with
/// errors becomes a draft as well, to be fixed on the Design page. Throws ExperimentFileError where it
/// cannot be read.
ExperimentRecord draftFromFile(const QString& path);

/// A small draft to start from, with paths relative to the home folder.
ExperimentRecord newDraft();

/// The experiment that comes with Widthwise: `$WIDTHWISE_EXAMPLES_DIR/gn2-lr.yaml`, or beside the program in
/// `../share/widthwise/examples`.
QString exampleFile();

} // namespace widthwise::ui
