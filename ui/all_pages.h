// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

namespace widthwise::ui {

class MainWindow;
class StoreClient;

/// Fills the window with the program's pages, in their order.
void addAllPages(MainWindow& window, StoreClient& client);

} // namespace widthwise::ui
