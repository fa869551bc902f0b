// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/export/export_page.h"

#include "core/store/store_files.h"
#include "ui/models/texts.h"
#include "ui/pages/elided_label.h"
#include "ui/pages/quiet_block.h"
#include "ui/theme/theme.h"

#include <QClipboard>
#include <QComboBox>
#include <QDir>
#include <QFileDialog>
#include <QGuiApplication>
#include <QHBoxLayout>
#include <QLabel>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QSaveFile>
#include <QSignalBlocker>
#include <QStackedWidget>
#include <QVBoxLayout>

#include <algorithm>

namespace widthwise::ui {

ExportPage::ExportPage(StoreClient& client, QWidget* parent)
    : Page(parent), m_client(client), m_stack(new QStackedWidget(this)), m_empty(new QuietBlock(this)),
      m_trial(new QComboBox(this)), m_format(new QComboBox(this)), m_text(new QPlainTextEdit(this)),
      m_copy(new QPushButton(tr("&Copy"), this)), m_save(new QPushButton(tr("&Save as …"), this)),
      m_said(new ElidedLabel(Qt::ElideMiddle, this))
{
    m_empty->setQuestion(tr("What do I take with me?"));
    m_stack->addWidget(m_empty);
    m_stack->addWidget(makeContent());
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(2 * grid, grid, 2 * grid, grid);
    layout->addWidget(m_stack);

    connect(&client, &StoreClient::trialsChanged, this,
            [this](const TrialsUpdatePtr& update) { m_document.update(*update); });
    connect(&m_document, &ExportDocument::trialsChanged, this, &ExportPage::fillTrials);
    connect(&m_document, &ExportDocument::textChanged, this, &ExportPage::refresh);
    connect(m_trial, &QComboBox::activated, this, [this](int index) {
        m_document.choose(m_trial->itemData(index).toInt());
        Q_EMIT trialSelected(m_document.chosen());
    });
    connect(m_format, &QComboBox::activated, this, [this](int index) {
        m_document.setFormat(exportFormatFromText(m_format->itemData(index).toString().toStdString()));
    });
    connect(m_copy, &QPushButton::clicked, this, &ExportPage::copy);
    connect(m_save, &QPushButton::clicked, this, &ExportPage::chooseFile);
    refresh();
}

QWidget* ExportPage::makeContent()
{
    m_trial->setAccessibleName(tr("Trial to export"));
    m_trial->setSizeAdjustPolicy(QComboBox::AdjustToContents);
    m_format->setAccessibleName(tr("Format"));
    const QStringList labels = {tr("YAML"), tr("JSON"), tr("Command line")};
    for (std::size_t i = 0; i < exportFormats().size(); ++i)
        m_format->addItem(labels.value(static_cast<qsizetype>(i)),
                          QString::fromStdString(exportFormats()[i]));
    m_text->setAccessibleName(tr("Exported text"));
    m_text->setReadOnly(true);
    m_text->setTabChangesFocus(true);
    m_text->setFont(Theme::instance().code());
    m_copy->setIcon(Theme::instance().icon(QStringLiteral("copy")));
    m_save->setIcon(Theme::instance().icon(QStringLiteral("save")));
    m_said->setForegroundRole(QPalette::PlaceholderText);

    auto* content = new QWidget(this);
    auto* trialLabel = new QLabel(tr("&Trial"), content);
    auto* formatLabel = new QLabel(tr("&Format"), content);
    trialLabel->setBuddy(m_trial);
    formatLabel->setBuddy(m_format);
    auto* bar = new QHBoxLayout;
    bar->setSpacing(grid);
    bar->addWidget(trialLabel);
    bar->addWidget(m_trial);
    bar->addSpacing(grid);
    bar->addWidget(formatLabel);
    bar->addWidget(m_format);
    bar->addStretch();
    bar->addWidget(m_said);
    bar->addWidget(m_copy);
    bar->addWidget(m_save);
    auto* layout = new QVBoxLayout(content);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(grid);
    layout->addLayout(bar);
    layout->addWidget(m_text, 1);
    return content;
}

void ExportPage::showExperiment(const ExperimentRecord& experiment)
{
    m_record = experiment;
    m_document.setExperiment(experiment);
}

void ExportPage::selectTrial(int number)
{
    m_document.choose(number);
}

void ExportPage::fillTrials()
{
    const QSignalBlocker blocker(m_trial);
    m_trial->clear();
    if (const Trial* best = m_document.best())
        m_trial->addItem(tr("Best so far: trial %1").arg(best->number), -1);
    for (const auto& [number, trial] : m_document.trials()) {
        if (!whyNotExported(trial).empty())
            continue;
        const QString state = Theme::sign(trial.state).label;
        const QString what = trial.objective ? numberText(*trial.objective) : state;
        m_trial->addItem(tr("Trial %1 (%2)").arg(number).arg(what), number);
    }
}

void ExportPage::refresh()
{
    const QString text = m_document.text();
    m_stack->setCurrentIndex(text.isEmpty() ? 0 : 1);
    m_empty->setParagraphs(
        {tr("A trial's configuration will stand here, as YAML, JSON or the command line that runs it "
            "again, ready to be copied or saved."),
         emptyReason()});
    m_trial->setCurrentIndex(std::max(0, m_trial->findData(m_document.chosen())));
    if (m_text->toPlainText() == text)
        return;
    m_text->setPlainText(text);
    m_said->clear();
}

QString ExportPage::emptyReason() const
{
    if (m_record.id == 0)
        return tr("No experiment is chosen.");
    if (!m_document.error().isEmpty())
        return tr("The experiment's text has a problem, see Design: %1").arg(m_document.error());
    if (m_document.trials().empty())
        return tr("This experiment has no trials yet; start it, and the best one appears here.");
    return tr("None of its trials has a usable value of the objective yet.");
}

void ExportPage::copy()
{
    QGuiApplication::clipboard()->setText(m_document.text());
    m_said->setText(tr("copied"));
}

void ExportPage::chooseFile()
{
    auto* dialog = new QFileDialog(this, tr("Save as"), QDir::homePath());
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setAcceptMode(QFileDialog::AcceptSave);
    dialog->selectFile(m_document.fileName());
    connect(dialog, &QFileDialog::fileSelected, this, &ExportPage::write);
    dialog->open();
}

void ExportPage::write(const QString& path)
{
    if (isFileOfStore(path.toStdString(), m_client.storeFile().toStdString())) {
        m_said->setText(QString::fromStdString(fileOfStoreText(path.toStdString())));
        return;
    }
    QSaveFile file(path);
    const QByteArray bytes = m_document.text().toUtf8();
    if (file.open(QIODevice::WriteOnly) && file.write(bytes) == bytes.size() && file.commit())
        m_said->setText(tr("saved as %1").arg(QDir::toNativeSeparators(path)));
    else
        m_said->setText(tr("not saved: %1").arg(file.errorString()));
}

} // namespace widthwise::ui
