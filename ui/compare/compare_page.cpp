// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/compare/compare_page.h"

#include "core/experiment/experiment_file.h"
#include "core/experiment/progress.h"
#include "core/store/trials.h"
#include "core/study/coordinate_check_study.h"
#include "ui/compare/compare_chart.h"
#include "ui/compare/picture_button.h"
#include "ui/compare/searches_panel.h"
#include "ui/compare/sweep_form.h"
#include "ui/pages/column_widths.h"
#include "ui/pages/elided_label.h"
#include "ui/pages/quiet_block.h"
#include "ui/pages/row_table.h"
#include "ui/plot/chart.h"
#include "ui/theme/tone.h"
#include "ui/verify/check_line.h"

#include <QComboBox>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QLabel>
#include <QPushButton>
#include <QRadioButton>
#include <QSignalBlocker>
#include <QStackedWidget>
#include <QTableView>
#include <QVBoxLayout>

namespace widthwise::ui {

namespace {

constexpr int fewestRows = 2; // of the table that are seen at once
constexpr int mostRows = 10;
constexpr int chartHeight = 26 * grid; // at least: the table gives way to the curves

QString question()
{
    return ComparePage::tr("Where is the optimum, and does it move with width?");
}

/// For the first trial of a sweep to end.
bool isWaiting(const SweepReport& report)
{
    return report.isEmpty() && report.lack.empty() && report.open > 0;
}

} // namespace

ComparePage::ComparePage(StoreClient& client, QWidget* parent)
    : Page(parent), m_reader(client, *this, [this] { return nextReading(); }),
      m_kinds(new QStackedWidget(this)), m_searches(new SearchesPanel(client, this)),
      m_stack(new QStackedWidget(this)), m_quiet(new QuietBlock(this)), m_form(new SweepForm(this)),
      m_back(new QPushButton(tr("&Back to the curves"), this)), m_drift(new QLabel(this)),
      m_gain(new QLabel(this)), m_check(new CheckLine(client, this)), m_metric(new QComboBox(this)),
      m_said(new ElidedLabel(Qt::ElideMiddle, this)), m_chart(new Chart(this)),
      m_picture(new PictureButton(*m_chart, client, this)), m_table(new QTableView(this))
{
    m_start = makeStart();
    m_content = makeContent();
    m_stack->addWidget(m_start);
    m_stack->addWidget(m_content);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(2 * grid, grid, 2 * grid, grid);
    m_kinds->addWidget(m_stack);
    m_kinds->addWidget(m_searches);
    layout->addLayout(makeChoice());
    layout->addWidget(m_check);
    layout->addWidget(m_kinds, 1);

    connect(&client, &StoreClient::trialsChanged, this, [this](const TrialsUpdatePtr& update) {
        if (update->experiment == m_record.id)
            m_reader.readSoon();
    });
    connect(m_metric, &QComboBox::activated, &m_reader, &PageReader::restart);
    connect(m_form, &SweepForm::sweepWanted, this, [this](const ExperimentRecord& record, bool start) {
        m_making = false;
        Q_EMIT experimentDerived(record, start);
    });
    take({});
}

QLayout* ComparePage::makeChoice()
{
    auto* widths = new QRadioButton(tr("W&idths of the model"), this);
    auto* searches = new QRadioButton(tr("S&earches"), this);
    widths->setToolTip(tr("Where is the optimum, and does it move with width?"));
    searches->setToolTip(tr("Which search finds more for the same cost?"));
    widths->setObjectName(QStringLiteral("compareWidths"));
    searches->setObjectName(QStringLiteral("compareSearches"));
    widths->setChecked(true);
    outlineChecks(*widths);
    outlineChecks(*searches);
    connect(searches, &QRadioButton::toggled, this, [this](bool chosen) {
        m_kinds->setCurrentIndex(chosen ? 1 : 0);
        m_check->setVisible(!chosen);
    });
    auto* row = new QHBoxLayout;
    row->setSpacing(2 * grid);
    row->addWidget(widths);
    row->addWidget(searches);
    row->addStretch();
    return row;
}

QWidget* ComparePage::makeStart()
{
    m_quiet->setQuestion(question());
    m_quiet->addWidget(m_form);
    m_quiet->addWidget(m_back);
    connect(m_back, &QPushButton::clicked, this, [this] {
        m_making = false;
        m_stack->setCurrentWidget(m_content);
    });
    return m_quiet;
}

QWidget* ComparePage::makeContent()
{
    m_drift->setObjectName(QStringLiteral("drift"));
    m_drift->setAccessibleName(tr("Drift of the optimum"));
    m_gain->setObjectName(QStringLiteral("gain"));
    m_gain->setAccessibleName(tr("What width gains"));
    for (QLabel* label : {m_drift, m_gain}) {
        label->setWordWrap(true);
        label->setTextInteractionFlags(Qt::TextSelectableByMouse);
    }
    setTone(*m_gain, Tone::Muted);
    setTone(*m_said, Tone::Muted);
    m_metric->setObjectName(QStringLiteral("sweepMetric"));
    m_metric->setAccessibleName(tr("Metric"));
    m_metric->setToolTip(tr("What the trials are compared by"));
    m_metric->setSizeAdjustPolicy(QComboBox::AdjustToContents);
    m_chart->setObjectName(QStringLiteral("sweepChart"));
    m_chart->setAccessibleName(tr("Loss against learning rate"));
    m_chart->setMinimumHeight(chartHeight);

    m_table->setObjectName(QStringLiteral("optima"));
    m_table->setModel(&m_optima);
    m_table->setAccessibleName(tr("Optima"));
    showRows(*m_table);
    m_table->horizontalHeader()->setStretchLastSection(true);
    m_widths = new ColumnWidths(*m_table, QStringLiteral("optima"));
    connect(m_check, &CheckLine::experimentWanted, this, &Page::experimentWanted);
    connect(m_picture, &PictureButton::said, m_said, &QLabel::setText);

    auto* sweepButton =
        new QPushButton(Theme::instance().icon(QStringLiteral("new")), tr("&New sweep …"), this);
    connect(sweepButton, &QPushButton::clicked, this, [this] {
        m_making = true;
        m_stack->setCurrentWidget(m_start);
    });
    auto* bar = new QHBoxLayout;
    bar->setSpacing(grid);
    bar->addWidget(m_metric);
    bar->addWidget(m_said, 1);
    bar->addWidget(sweepButton);
    bar->addWidget(m_picture);

    auto* content = new QWidget(this);
    auto* layout = new QVBoxLayout(content);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(grid);
    layout->addWidget(m_drift);
    layout->addWidget(m_gain);
    layout->addLayout(bar);
    layout->addWidget(m_chart, 1);
    layout->addWidget(m_table);
    return content;
}

void ComparePage::showExperiment(const ExperimentRecord& experiment)
{
    const bool other = experiment.id != m_record.id;
    m_record = experiment;
    m_check->showExperiment(experiment.id);
    m_searches->showExperiment(experiment);
    m_picture->setFileName(QString::fromStdString(experiment.name) + QStringLiteral("-compare"));
    if (!other) {
        m_reader.readSoon();
        return;
    }
    m_making = false;
    m_metric->clear();
    m_said->clear();
    take({});
    m_reader.restart();
}

ComparePage::Reading ComparePage::read(Database& database, const ExperimentRecord& record,
                                       const std::string& metric)
{
    Reading reading;
    try {
        reading.described = parseExperiment(record.yaml);
        reading.described->name = record.name;
        reading.report = sweepReport(database, record, metric);
    } catch (const ExperimentFileError& error) {
        reading.problem = QString::fromUtf8(error.what());
        return reading;
    }
    reading.losses = lossMetrics(database, record.id);
    std::vector<Trial> trials;
    for (TrialRecord& trial : Trials(database).all(record.id))
        trials.push_back(std::move(trial.trial));
    reading.configuration = defaultConfiguration(*reading.described, trials);
    reading.secondsPerTrial = meanDuration(trials).value_or(Seconds(0)).count();
    return reading;
}

PageReader::Read ComparePage::nextReading()
{
    if (m_record.id == 0)
        return {};
    const std::string metric = m_metric->currentData().toString().toStdString();
    return [this, record = m_record, metric](Database& database) -> PageReader::Take {
        return [this, reading = read(database, record, metric)] { take(reading); };
    };
}

void ComparePage::take(const Reading& reading)
{
    m_empty = reading.report.isEmpty();
    m_form->setVisible(reading.described && (m_making || !isWaiting(reading.report)));
    if (reading.described)
        m_form->setBase(m_record, *reading.described, reading.configuration, reading.secondsPerTrial);
    m_back->setVisible(!m_empty);
    m_quiet->setParagraphs({tr("The loss against the learning rate will stand here, a curve per width, SP "
                               "beside μP, with each optimum marked and its drift in one number."),
                            emptyReason(reading)});
    if (!m_empty)
        showReport(reading);
    m_stack->setCurrentWidget(m_empty || m_making ? m_start : m_content);
}

void ComparePage::showReport(const Reading& reading)
{
    const SweepReport& report = reading.report;
    m_drift->setText(QString::fromStdString(report.drift()));
    m_gain->setText(QString::fromStdString(report.gain()));
    m_gain->setVisible(!m_gain->text().isEmpty());
    QStringList said;
    if (report.open > 0)
        said.append(tr("trials to come: %1").arg(report.open));
    if (report.unusable > 0)
        said.append(tr("trials without a value: %1").arg(report.unusable));
    if (const std::string missing = report.missing(); !missing.empty())
        said.append(QString::fromStdString(missing));
    m_said->setText(said.join(QStringLiteral(" · ")));
    fillMetrics(reading);
    m_chart->setData(compareChart(report));
    m_chart->setAccessibleDescription(m_drift->text());
    m_optima.setReport(report);
    fitTable();
}

void ComparePage::fitTable()
{
    m_widths->applyContents();
    const auto heightOf = [this](int rows) {
        return m_table->horizontalHeader()->sizeHint().height() +
               std::min(rows, m_optima.rowCount()) * m_table->verticalHeader()->defaultSectionSize() + 1;
    };
    m_table->setMinimumHeight(heightOf(fewestRows));
    m_table->setMaximumHeight(heightOf(mostRows));
}

void ComparePage::fillMetrics(const Reading& reading)
{
    if (m_metric->count() == int(reading.losses.size()) + 1)
        return;
    const QSignalBlocker blocker(m_metric);
    const QVariant chosen = m_metric->currentData();
    m_metric->clear();
    m_metric->addItem(
        tr("%1, the objective").arg(QString::fromStdString(reading.described->objective.metric)), QString());
    for (const std::string& name : reading.losses)
        m_metric->addItem(QString::fromStdString(SweepMetric{name, true}.title()),
                          QString::fromStdString(name));
    m_metric->setCurrentIndex(std::max(0, m_metric->findData(chosen)));
}

QString ComparePage::emptyReason(const Reading& reading) const
{
    if (m_record.id == 0)
        return tr("No experiment is chosen.");
    if (!reading.problem.isEmpty())
        return tr("The experiment's text has a problem, see Design: %1").arg(reading.problem);
    if (m_making)
        return tr("A sweep runs the best trial's configuration at every width and learning rate.");
    if (reading.report.lack.empty())
        return isWaiting(reading.report)
                   ? tr("No trial has ended yet; trials to come: %1.").arg(reading.report.open)
                   : tr("No trial of this experiment has a value.");
    return QString::fromStdString(reading.report.lack) + u' ' +
           tr("A sweep of it takes the best trial's configuration, or the middle of what is searched while "
              "there is "
              "none:");
}

} // namespace widthwise::ui
