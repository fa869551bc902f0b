// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/workbench.h"

#include "ui/all_pages.h"
#include "ui/feed/store_client.h"
#include "ui/shell/main_window.h"

#include <utility>

namespace widthwise::ui {

Workbench::Workbench(const QString& storeFile)
{
    make(storeFile);
}

Workbench::~Workbench() = default;

void Workbench::make(const QString& storeFile)
{
    m_client = std::make_unique<StoreClient>(storeFile);
    m_window = std::make_unique<MainWindow>(*m_client);
    addAllPages(*m_window, *m_client);
    m_window->restore();
    // Later, as the window that asks for it goes.
    connect(m_window.get(), &MainWindow::storeWanted, this, &Workbench::openStore, Qt::QueuedConnection);
}

void Workbench::openStore(const QString& file)
{
    m_window->remember();
    const std::unique_ptr<StoreClient> client = std::move(m_client);
    const std::unique_ptr<MainWindow> window = std::move(m_window);
    make(file);
    m_window->show();
}

} // namespace widthwise::ui
