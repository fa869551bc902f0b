// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/all_pages.h"

#include "ui/shell/main_window.h"

namespace widthwise::ui {

void addAllPages(MainWindow&, StoreClient&) {}

} // namespace widthwise::ui
