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
    window.addPage(QStringLiteral("design"), MainWindow::tr("Design"), new DesignPage(client));
    window.addPage(QStringLiteral("monitor"), MainWindow::tr("Monitor"), new MonitorPage(client));
    window.addPage(QStringLiteral("verify"), MainWindow::tr("Verify"), new VerifyPage(client));
    window.addPage(QStringLiteral("compare"), MainWindow::tr("Compare"), new ComparePage(client));
    window.addPage(QStringLiteral("transfer"), MainWindow::tr("Transfer"), new TransferPage(client));
    window.addPage(QStringLiteral("export"), MainWindow::tr("Export"), new ExportPage(client));
}

} // namespace widthwise::ui
