// SPDX-License-Identifier: GPL-3.0-or-later
// How files come into the window: experiments and stores, chosen, dropped or named at the start.
#include "ui/pages/notice.h"
#include "ui/shell/main_window.h"
#include "ui/shell/sidebar.h"

#include <QDragEnterEvent>
#include <QDropEvent>
#include <QFileDialog>
#include <QFileInfo>
#include <QMimeData>

namespace widthwise::ui {

void MainWindow::openOnStart(const QString& path, bool start)
{
    m_startOpened = start;
    if (m_listed)
        m_controller.openFile(path);
    else
        m_fileToOpen = path;
}

void MainWindow::chooseFile()
{
    auto* dialog = new QFileDialog(this, tr("Open an experiment file"), QString(),
                                   tr("Experiment files (*.yaml *.yml)"));
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setFileMode(QFileDialog::ExistingFile);
    connect(dialog, &QFileDialog::fileSelected, &m_controller, &ExperimentController::openFile);
    dialog->open();
}

void MainWindow::chooseStore()
{
    auto* dialog =
        new QFileDialog(this, tr("Choose a store, or name a new one"),
                        QFileInfo(m_client.storeFile()).absolutePath(), tr("Stores (*.db);;All files (*)"));
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setFileMode(QFileDialog::AnyFile);
    dialog->setDefaultSuffix(QStringLiteral("db"));
    connect(dialog, &QFileDialog::fileSelected, this, &MainWindow::storeWanted);
    dialog->open();
}

void MainWindow::offerToReopen(const QString& message)
{
    m_notice->offer(Tone::Warning, message, tr("Open again"), [this] {
        choose(0); // what pages have not saved belongs to the store that was lost
        m_sidebar->setCurrent(0);
        m_client.reopen();
    });
}

void MainWindow::dragEnterEvent(QDragEnterEvent* event)
{
    if (event->mimeData()->hasUrls())
        event->acceptProposedAction();
}

void MainWindow::dropEvent(QDropEvent* event)
{
    for (const QUrl& url : event->mimeData()->urls())
        if (url.isLocalFile())
            m_controller.openFile(url.toLocalFile());
    event->acceptProposedAction();
}

} // namespace widthwise::ui
