// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/all_pages.h"

#include "ui/compare/compare_page.h"
#include "ui/design/design_page.h"
#include "ui/export/export_page.h"
#include "ui/monitor/monitor_page.h"
#include "ui/shell/main_window.h"
#include "ui/transfer/transfer_page.h"
#include "ui/verify/verify_page.h"

namespace widthwise::ui {

void addAllPages(MainWindow& window, StoreClient& client)
{
    window.addPage(MainWindow::tr("Design"), new DesignPage(client));
    window.addPage(MainWindow::tr("Monitor"), new MonitorPage(client));
    window.addPage(MainWindow::tr("Verify"), new VerifyPage(client));
    window.addPage(MainWindow::tr("Compare"), new ComparePage(client));
    window.addPage(MainWindow::tr("Transfer"), new TransferPage(client));
    window.addPage(MainWindow::tr("Export"), new ExportPage(client));
}

} // namespace widthwise::ui
