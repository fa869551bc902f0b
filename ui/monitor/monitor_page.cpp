// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/monitor/monitor_page.h"

#include "core/experiment/experiment_change.h"
#include "core/launch/trial_directory.h"
#include "ui/models/link_words.h"
#include "ui/monitor/curves_panel.h"
#include "ui/monitor/log_tail.h"
#include "ui/monitor/trials_table.h"
#include "ui/pages/elided_label.h"
#include "ui/pages/reason_label.h"
#include "ui/plot/curve_plot.h"
#include "ui/shell/settings.h"
#include "ui/theme/theme.h"
#include "ui/theme/tone.h"

#include <QAction>
#include <QSplitter>
#include <QVBoxLayout>
#include <QWindow>

#include <algorithm>

namespace widthwise::ui {

namespace {

using namespace std::chrono_literals;

QString rowsLayout()
{
    return QStringLiteral("monitor-rows");
}

QString plotsLayout()
{
    return QStringLiteral("monitor-plots");
}

std::optional<Experiment> parsed(const std::string& yaml)
{
    try {
        return parseExperiment(yaml);
    } catch (const std::exception&) {
        return std::nullopt;
    }
}

} // namespace

MonitorPage::MonitorPage(StoreClient& client, QWidget* parent)
    : Page(parent), m_client(client), m_rows(new QSplitter(Qt::Vertical)), m_plots(new QSplitter),
      m_table(new TrialsTable(m_model)), m_curves(new CurvesPanel), m_rates(new CurvePlot),
      m_log(new LogTail), m_reason(new ReasonLabel), m_changes(new ElidedLabel)
{
    setAutoFillBackground(true);
    setBackgroundRole(QPalette::Base);
    layOut();
    connectParts();
    addShortcuts();
    m_rows->restoreState(Settings::layout(rowsLayout()));
    m_plots->restoreState(Settings::layout(plotsLayout()));
    m_table->layOutColumns();
    m_clock.start(1s);
}

MonitorPage::~MonitorPage()
{
    m_client.watch(0, -1);
    Settings::setLayout(rowsLayout(), m_rows->saveState());
    Settings::setLayout(plotsLayout(), m_plots->saveState());
}

void MonitorPage::layOut()
{
    m_rates->setObjectName(QStringLiteral("learningRates"));
    m_rates->setAccessibleName(tr("Learning rates of the selected trial"));
    m_rates->setValueLabel(tr("learning rate"));
    m_rates->setMinimumWidth(grid * 36);
    m_rates->hide();
    m_plots->addWidget(m_curves);
    m_plots->addWidget(m_rates);
    m_plots->setStretchFactor(0, 2);
    m_plots->setStretchFactor(1, 1);
    m_rows->addWidget(m_table);
    m_rows->addWidget(m_plots);
    m_rows->addWidget(m_log);
    m_rows->setSizes({grid * 28, grid * 44, grid * 16});
    for (int row = 0; row < m_rows->count(); ++row)
        m_rows->setStretchFactor(row, row == 1 ? 2 : 1);
    for (QSplitter* splitter : {m_rows, m_plots}) {
        splitter->setChildrenCollapsible(false);
        splitter->setHandleWidth(grid / 2);
    }
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    m_reason->setObjectName(QStringLiteral("searchReason"));
    m_reason->setContentsMargins(grid, grid / 2, grid, grid / 2);
    m_changes->setObjectName(QStringLiteral("experimentChanges"));
    m_changes->setAccessibleName(tr("What was changed since the experiment was started"));
    m_changes->setContentsMargins(grid, grid / 2, grid, grid / 2);
    setTone(*m_changes, Tone::Muted);
    column->addWidget(m_reason);
    column->addWidget(m_changes);
    column->addWidget(m_rows);
}

void MonitorPage::connectParts()
{
    connect(&m_client, &StoreClient::trialsChanged, this, [this](const TrialsUpdatePtr& update) {
        if (update->experiment == m_record.id)
            takeTrials(*update);
    });
    connect(&m_client, &StoreClient::metricsChanged, this, [this](const QStringList& metrics) {
        const QString objective =
            m_experiment ? QString::fromStdString(m_experiment->objective.metric) : QString();
        m_curves->setMetrics(metrics, objective);
    });
    connect(&m_client, &StoreClient::seriesChanged, this, [this](const SeriesUpdatePtr& update) {
        if (update->experiment != m_record.id || update->metrics != QStringList{m_curves->metric()})
            return;
        m_curves->plot().append(update);
        m_model.apply(*update);
        restyleSoon();
    });
    connect(&m_client, &StoreClient::trialSeriesChanged, this, [this](const SeriesUpdatePtr& update) {
        if (update->experiment == m_record.id)
            takeTrialSeries(*update, update);
    });
    connect(&m_client, &StoreClient::outputChanged, this, [this](const OutputUpdatePtr& update) {
        if (update->experiment == m_record.id && update->trial == m_selected)
            m_log->showOutput(update->tail);
    });
    connect(&m_client, &StoreClient::experimentsChanged, this, &MonitorPage::takeDriver);
    connect(m_curves, &CurvesPanel::metricChosen, this, [this](const QString& metric) {
        m_curves->plot().clear();
        m_client.followMetric(metric);
    });
    const auto chooseAndNotify = [this](int number) {
        choose(number);
        Q_EMIT trialSelected(number);
    };
    connect(m_table, &TrialsTable::selectedByHand, this, chooseAndNotify);
    connect(&m_curves->plot(), &CurvePlot::selectedByHand, this, chooseAndNotify);
    connect(m_table, &TrialsTable::filterChanged, this, &MonitorPage::restyle);
    connect(m_table, &TrialsTable::commanded, this, &Page::trialCommanded);
    m_curves->plot().setDescription([this](int number) {
        const QString parameters = m_model.describe(number);
        return parameters.isEmpty() ? tr("trial %1").arg(number)
                                    : tr("trial %1 · %2").arg(number).arg(parameters);
    });
    connect(&m_clock, &QTimer::timeout, this, &MonitorPage::tick);
    m_restyle.setSingleShot(true);
    m_restyle.setInterval(200ms);
    connect(&m_restyle, &QTimer::timeout, this, &MonitorPage::restyle);
    connect(&Theme::instance(), &Theme::changed, this, &MonitorPage::restyle);
}

void MonitorPage::addShortcuts()
{
    const auto add = [this](const QString& text, const QKeySequence& key, auto what) {
        auto* action = new QAction(text, this);
        action->setShortcut(key);
        connect(action, &QAction::triggered, m_table, what);
        addAction(action);
    };
    add(tr("Next trial"), Qt::Key_J, [this] { m_table->selectNext(1); });
    add(tr("Previous trial"), Qt::Key_K, [this] { m_table->selectNext(-1); });
    add(tr("Filter trials"), Qt::Key_Slash, [this] { m_table->focusFilter(); });
    addActions(m_curves->shortcuts());
    for (QAction* action : actions())
        action->setShortcutContext(Qt::WidgetWithChildrenShortcut);
}

void MonitorPage::showExperiment(const ExperimentRecord& experiment)
{
    const bool another = experiment.id != m_record.id;
    const bool rewritten = experiment.yaml != m_record.yaml;
    m_record = experiment;
    m_reason->showReasonOf(experiment);
    showChanges();
    m_curves->plot().setEmptyText(emptyText());
    if (!another && !rewritten)
        return;
    m_experiment = parsed(experiment.yaml);
    if (another) {
        m_model.apply(TrialsUpdate{experiment.id, true, {}});
        takeDriver(m_experiments);
    }
    m_model.setExperiment(m_experiment ? &*m_experiment : nullptr);
    m_table->layOutColumns();
    m_table->refreshCounts();
    if (another) {
        m_curves->plot().clear();
        m_curves->plot().setFollows(true);
        choose(-1);
    } else {
        m_client.followMetric(m_curves->metric()); // the table lost its sparklines
    }
    restyle();
}

void MonitorPage::takeDriver(const ExperimentList& experiments)
{
    m_experiments = experiments;
    std::optional<DriverInfo> driver;
    if (experiments)
        for (const ExperimentOverview& overview : *experiments)
            if (overview.record.id == m_record.id)
                driver = overview.driver;
    m_place = driver ? driver->place : TrialsPlace();
    m_log->setDriver(driver);
    choose(m_selected);
}

void MonitorPage::takeTrials(const TrialsUpdate& update)
{
    m_model.apply(update);
    m_table->refreshCounts();
    for (const TrialRecord& record : update.trials)
        if (record.trial.number == m_selected)
            choose(m_selected);
    restyleSoon();
}

void MonitorPage::restyleSoon()
{
    if (!m_restyle.isActive())
        m_restyle.start();
}

void MonitorPage::takeTrialSeries(const SeriesUpdate& update, const SeriesUpdatePtr& shared)
{
    const bool known = !update.metrics.isEmpty() && m_selected >= 0;
    m_rates->setVisible(known);
    if (!known)
        return;
    std::map<int, CurveStyle> styles;
    for (int key = 0; key < int(update.metrics.size()); ++key)
        styles[key] = {Theme::instance().series(key).rgb(), key % 2 == 1, key, true};
    m_rates->setStyles(std::move(styles));
    m_rates->setDescription([names = update.metrics](int key) { return names.value(key); });
    m_rates->append(shared);
}

void MonitorPage::selectTrial(int number)
{
    choose(number);
}

void MonitorPage::choose(int number)
{
    const Trial* trial = m_model.trial(number);
    const int chosen = trial ? number : -1;
    if (chosen != m_selected) {
        m_selected = chosen;
        m_client.followTrial(chosen, QStringLiteral("learning_rate/"));
        if (chosen < 0)
            m_rates->hide();
    }
    if (m_table->selected() != chosen)
        m_table->select(chosen);
    if (m_curves->plot().selected() != chosen)
        m_curves->plot().select(chosen);
    m_log->show(trial, m_place, trial ? folderOf(chosen) : QString());
    renewWatch();
}

QString MonitorPage::folderOf(int number) const
{
    const std::string folder = m_place.folderFor(m_client.storeFile().toStdString());
    return QString::fromStdString(trialDirectory(folder, m_record.name, m_record.created, number));
}

void MonitorPage::tick()
{
    m_model.tick();
    m_log->tick();
    renewWatch();
}

/// Only what is really seen is worth a driver's haste.
void MonitorPage::renewWatch()
{
    const QWindow* shown = window()->windowHandle();
    const bool seen = isVisible() && !window()->isMinimized() && shown && shown->isExposed();
    m_client.watch(seen ? m_record.id : 0, m_selected);
}

void MonitorPage::showEvent(QShowEvent* event)
{
    Page::showEvent(event);
    renewWatch();
    Q_EMIT reasonTold(true);
}

void MonitorPage::hideEvent(QHideEvent* event)
{
    Page::hideEvent(event);
    renewWatch();
    Q_EMIT reasonTold(false);
}

/// The latest; all of them in the tool tip.
void MonitorPage::showChanges()
{
    const TimePoint now = std::chrono::floor<std::chrono::milliseconds>(std::chrono::system_clock::now());
    QStringList lines;
    for (const RecordedChange& change : changesFromJson(m_record.changes)) {
        QStringList texts;
        for (const std::string& text : change.texts)
            texts.append(QString::fromStdString(text));
        lines.prepend(
            tr("changed %1: %2").arg(momentText(change.time, now), texts.join(QStringLiteral(" · "))));
    }
    const QString more = lines.size() > 1 ? tr(" (and %n more)", "", int(lines.size()) - 1) : QString();
    m_changes->setVisible(!lines.isEmpty());
    m_changes->setText(lines.isEmpty() ? QString() : lines.first() + more);
    m_changes->setToolTip(lines.join(QLatin1Char('\n')));
}

/// Why there may be no curve.
QString MonitorPage::emptyText() const
{
    const auto shown = [this](const Trial& trial) { return m_table->isShown(trial.number); };
    if (!m_model.trials().empty() && std::ranges::none_of(m_model.trials(), shown))
        return tr("the filter lets no trial through");
    if (m_record.state == ExperimentState::Draft)
        return tr("the search has not been started");
    return isFinal(m_record.state) ? tr("no trial has a value of %1").arg(m_curves->metric())
                                   : tr("waiting for the first value");
}

/// The trial that was selected stays so where the filter hides it, and stands in the table when it is shown
/// again.
void MonitorPage::restyle()
{
    m_curves->setStyles(curveStyles(
        m_experiment.value_or(Experiment()), m_model.trials(),
        [this](int number) { return m_table->isShown(number); },
        [this](int number) { return m_model.hasCurve(number); }));
    m_curves->plot().setEmptyText(emptyText());
    if (m_table->selected() != m_selected)
        m_table->select(m_selected);
}

} // namespace widthwise::ui
