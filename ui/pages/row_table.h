// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

class QTableView;

namespace widthwise::ui {

/// Makes a table one of rows to read and choose from: without frame, grid and row numbers, each row as high
/// as its text wants, Tab leads out of it.
void showRows(QTableView& view);

} // namespace widthwise::ui
