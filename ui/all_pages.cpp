// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/all_pages.h"

#include "ui/monitor/monitor_page.h"
#include "ui/shell/main_window.h"

namespace widthwise::ui {

void addAllPages(MainWindow& window, StoreClient& client)
{
    window.addPage(MainWindow::tr("Monitor"), new MonitorPage(client));
}

} // namespace widthwise::ui
