// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/compare/picture_button.h"

#include "core/store/store_files.h"
#include "ui/feed/store_client.h"
#include "ui/plot/chart.h"
#include "ui/theme/theme.h"

#include <QDir>
#include <QFileDialog>

namespace widthwise::ui {

PictureButton::PictureButton(const Chart& chart, const StoreClient& client, QWidget* parent)
    : QPushButton(Theme::instance().icon(QStringLiteral("save")), tr("&Save picture …"), parent),
      m_chart(chart), m_client(client)
{
    connect(this, &QPushButton::clicked, this, &PictureButton::chooseFile);
}

void PictureButton::chooseFile()
{
    auto* dialog =
        new QFileDialog(window(), tr("Save picture"), QDir::homePath(), tr("Pictures (*.pdf *.svg *.png)"));
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setAcceptMode(QFileDialog::AcceptSave);
    dialog->setDefaultSuffix(QStringLiteral("pdf"));
    dialog->selectFile(m_name + QStringLiteral(".pdf"));
    connect(dialog, &QFileDialog::fileSelected, this, &PictureButton::save);
    dialog->open();
}

void PictureButton::save(const QString& path)
{
    const bool ofStore = isFileOfStore(path.toStdString(), m_client.storeFile().toStdString());
    const QString problem =
        ofStore ? QString::fromStdString(fileOfStoreText(path.toStdString())) : m_chart.save(path);
    Q_EMIT said(problem.isEmpty() ? tr("saved as %1").arg(QDir::toNativeSeparators(path)) : problem);
}

} // namespace widthwise::ui
