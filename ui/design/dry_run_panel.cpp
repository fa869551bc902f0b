// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/design/dry_run_panel.h"

#include "core/experiment/experiment_file.h"
#include "core/launch/launch_plan.h"
#include "core/run/trainer_binary.h"
#include "core/site/brought_files.h"
#include "core/site/site_plan.h"
#include "ui/theme/theme.h"

#include <QClipboard>
#include <QGuiApplication>
#include <QHBoxLayout>
#include <QLabel>
#include <QLocale>
#include <QPlainTextEdit>
#include <QToolButton>
#include <QVBoxLayout>

#include <algorithm>
#include <stdexcept>

namespace widthwise::ui {

DryRunPanel::DryRunPanel(QWidget* parent)
    : QWidget(parent), m_title(new QLabel(this)), m_directory(new QLabel(this)), m_brought(new QLabel(this)),
      m_nothing(new QLabel(this)), m_blocks(new QWidget(this)), m_previous(new QToolButton(this)),
      m_next(new QToolButton(this))
{
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, grid, 0, 0);
    makeBar(*layout);
    m_directory->setForegroundRole(QPalette::PlaceholderText);
    m_directory->setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
    m_directory->setAccessibleName(tr("Trial directory"));
    m_directory->setWordWrap(true);
    layout->addWidget(m_directory);
    m_brought->setForegroundRole(QPalette::PlaceholderText);
    m_brought->setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
    m_brought->setTextFormat(Qt::PlainText);
    m_brought->setAccessibleName(tr("Files that go along"));
    m_brought->setWordWrap(true);
    layout->addWidget(m_brought);
    m_nothing->setWordWrap(true);
    m_nothing->setAlignment(Qt::AlignCenter);
    m_nothing->setForegroundRole(QPalette::PlaceholderText);
    layout->addWidget(m_nothing, 1);
    layout->addWidget(m_blocks, 1);

    auto* blocks = new QVBoxLayout(m_blocks);
    blocks->setContentsMargins(0, 0, 0, 0);
    m_command = addBlock(*blocks, tr("Command"), 1);
    m_config = addBlock(*blocks, QStringLiteral("config.json"), 4);
    m_environment = addBlock(*blocks, tr("Environment"), 2);
    m_batchScript = addBlock(*blocks, tr("For sbatch"), 4);
    showNothing({});
}

void DryRunPanel::makeBar(QVBoxLayout& layout)
{
    auto* bar = new QHBoxLayout;
    bar->addWidget(m_title, 1);
    const auto add = [&](QToolButton* button, Qt::ArrowType arrow, const QString& name, int by) {
        button->setArrowType(arrow);
        button->setAutoRaise(true);
        button->setFocusPolicy(Qt::StrongFocus);
        button->setAccessibleName(name);
        button->setToolTip(name);
        connect(button, &QToolButton::clicked, this, [this, by] { setSample(m_sample + by); });
        bar->addWidget(button);
    };
    add(m_previous, Qt::LeftArrow, tr("Previous sample"), -1);
    add(m_next, Qt::RightArrow, tr("Next sample"), 1);
    layout.addLayout(bar);
}

QPlainTextEdit* DryRunPanel::addBlock(QVBoxLayout& layout, const QString& title, int stretch)
{
    auto* block = new QWidget(this);
    auto* heading = new QLabel(title, block);
    auto* copy = new QToolButton(block);
    auto* text = new QPlainTextEdit(block);
    heading->setForegroundRole(QPalette::PlaceholderText);
    text->setReadOnly(true);
    text->setTabChangesFocus(true);
    text->setFont(Theme::instance().code());
    text->setAccessibleName(title);
    text->setFrameShape(QFrame::NoFrame);
    text->setMinimumHeight(2 * text->fontMetrics().lineSpacing() + grid); // scrolls
    copy->setIcon(Theme::instance().icon(QStringLiteral("copy")));
    copy->setAutoRaise(true);
    copy->setFocusPolicy(Qt::StrongFocus);
    copy->setAccessibleName(tr("Copy: %1").arg(title));
    copy->setToolTip(copy->accessibleName());
    connect(copy, &QToolButton::clicked, this,
            [text] { QGuiApplication::clipboard()->setText(text->toPlainText()); });

    auto* rows = new QVBoxLayout(block);
    rows->setContentsMargins(0, 0, 0, 0);
    auto* bar = new QHBoxLayout;
    bar->addWidget(heading, 1);
    bar->addWidget(copy);
    rows->addLayout(bar);
    rows->addWidget(text, 1);
    layout.addWidget(block, stretch);
    return text;
}

void DryRunPanel::setPlace(const ExperimentRecord& record, const QString& storeFile)
{
    m_record = record;
    m_storeFile = storeFile;
    refresh();
}

void DryRunPanel::show(const Experiment& experiment, const std::vector<Configuration>& samples)
{
    m_experiment = experiment;
    m_samples = samples;
    setSample(m_sample);
}

void DryRunPanel::showNothing(const QString& reason)
{
    m_samples.clear();
    m_nothing->setText(reason);
    refresh();
}

void DryRunPanel::setSample(int sample)
{
    m_sample = std::clamp(sample, 0, std::max(0, static_cast<int>(m_samples.size()) - 1));
    refresh();
}

void DryRunPanel::setBlocksVisible(bool visible)
{
    m_blocks->setVisible(visible);
    m_nothing->setVisible(!visible);
    m_title->setVisible(visible);
    m_directory->setVisible(visible);
    m_brought->setVisible(visible && !brought().isEmpty());
    m_previous->setVisible(visible);
    m_next->setVisible(visible);
}

void DryRunPanel::refresh()
{
    setBlocksVisible(!m_samples.empty());
    if (m_samples.empty())
        return;
    m_previous->setEnabled(m_sample > 0);
    m_next->setEnabled(m_sample + 1 < static_cast<int>(m_samples.size()));

    Trial trial;
    trial.number = m_sample;
    trial.configuration = m_samples[static_cast<std::size_t>(m_sample)];
    try {
        showTrial(trial);
    } catch (const ExperimentFileError& error) { // of the site's file
        showNothing(QString::fromUtf8(error.what()));
    } catch (const std::invalid_argument& error) {
        showNothing(QString::fromUtf8(error.what()));
    }
}

void DryRunPanel::showTrial(const Trial& trial)
{
    const Site site = findSite(m_experiment.site, m_record.baseDirectory);
    Experiment experiment = m_experiment;
    experiment.name = m_record.name;
    const TrialPlan plan = planTrial(site, planOf(site, m_storeFile.toStdString(), findTrainer()), experiment,
                                     trial, m_record.created, m_record.baseDirectory);
    const LaunchRequest& request = plan.request;
    QStringList variables;
    for (const auto& [name, value] : request.environment)
        variables.append(QString::fromStdString(name + '=' + value));
    m_title->setText(tr("What trial %1 would get on %2")
                         .arg(QString::number(m_sample), QString::fromStdString(site.name)));
    m_directory->setText(QString::fromStdString(request.directory));
    m_command->setPlainText(QString::fromStdString(inContainer(request.container, request.command)));
    m_config->setPlainText(QString::fromStdString(request.config));
    m_environment->setPlainText(variables.join(u'\n'));
    m_batchScript->setPlainText(QString::fromStdString(plan.batchScript));
    m_batchScript->parentWidget()->setVisible(!plan.batchScript.empty());
    const std::string along =
        site.isRemote() ? toText(broughtFiles(experiment, m_record.baseDirectory)) : std::string();
    QStringList files;
    if (!along.empty())
        files.append(tr("will be brought along: %1").arg(QString::fromStdString(along)));
    if (const std::string missing = missingText(missingFiles(experiment, m_record.baseDirectory));
        !missing.empty())
        files.append(QString::fromStdString(missing));
    m_brought->setText(files.join(u'\n'));
    m_brought->setVisible(!files.isEmpty());
}

QString DryRunPanel::command() const
{
    return m_command->toPlainText();
}

QString DryRunPanel::config() const
{
    return m_config->toPlainText();
}

QString DryRunPanel::batchScript() const
{
    return m_batchScript->toPlainText();
}

QString DryRunPanel::brought() const
{
    return m_brought->text();
}

QString DryRunPanel::environment() const
{
    return m_environment->toPlainText();
}

} // namespace widthwise::ui
