// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/design/design_page.h"

#include "ui/design/cost_panel.h"
#include "ui/design/dry_run_panel.h"
#include "ui/design/parameter_list.h"
#include "ui/design/plan_summary.h"
#include "ui/design/settings_form.h"
#include "ui/editing/field.h"
#include "ui/editing/form_scroll.h"
#include "ui/editing/problem_list.h"
#include "ui/editing/yaml_editor.h"
#include "ui/pages/elided_label.h"
#include "ui/pages/quiet_block.h"
#include "ui/theme/theme.h"
#include "ui/theme/tone.h"

#include <QAction>
#include <QApplication>
#include <QDir>
#include <QHBoxLayout>
#include <QLabel>
#include <QMenu>
#include <QPushButton>
#include <QSplitter>
#include <QStackedWidget>
#include <QTabWidget>
#include <QToolButton>
#include <QVBoxLayout>

#include <algorithm>

namespace widthwise::ui {

namespace {

constexpr int formWidth = 72 * grid;
constexpr int textWidth = 52 * grid;
constexpr int problemLines = 5; ///< seen without scrolling
constexpr int samples = 1000;
constexpr int resamplePause = 60; ///< milliseconds after an edit

QToolButton* toolButton(QAction* action, QWidget* parent)
{
    auto* button = new QToolButton(parent);
    button->setDefaultAction(action);
    button->setAutoRaise(true);
    button->setFocusPolicy(Qt::StrongFocus);
    button->setAccessibleName(action->iconText());
    return button;
}

} // namespace

DesignPage::DesignPage(StoreClient& client, QWidget* parent)
    : Page(parent), m_client(client), m_parameters(m_document), m_saver(m_document), m_file(m_document),
      m_save(new QAction(Theme::instance().icon(QStringLiteral("save")), tr("Save"), this)),
      m_saveAs(new QAction(tr("Save as…"), this)),
      m_undo(new QAction(Theme::instance().icon(QStringLiteral("undo")), tr("Undo"), this)),
      m_redo(new QAction(Theme::instance().icon(QStringLiteral("redo")), tr("Redo"), this)),
      m_status(new ElidedLabel(Qt::ElideMiddle, this)), m_summary(new QLabel(this)),
      m_stack(new QStackedWidget(this))
{
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(2 * grid, grid, 2 * grid, grid);
    layout->setSpacing(grid);
    layout->addWidget(makeBar());
    layout->addWidget(makeBanner());
    auto* splitter = new QSplitter(this);
    splitter->setChildrenCollapsible(false);
    splitter->setHandleWidth(2 * grid);
    splitter->addWidget(makeForm());
    splitter->addWidget(makeText());
    splitter->setSizes({formWidth, textWidth});
    m_stack->addWidget(splitter);
    m_stack->addWidget(makeNothing());
    layout->addWidget(m_stack, 1);

    m_resample.setSingleShot(true);
    m_resample.setInterval(resamplePause);
    connectParts();
    updateReadOnly();
    reread();
}

DesignPage::~DesignPage()
{
    save();
    m_document.history().disconnect(this); // it tells of its own end, when the parts are gone already
}

QWidget* DesignPage::makeBar()
{
    m_undo->setShortcut(QKeySequence::Undo);
    m_redo->setShortcuts(
        {QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_Z), QKeySequence(Qt::CTRL | Qt::Key_Y)});
    m_save->setShortcut(QKeySequence::Save);
    m_saveAs->setShortcut(QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_S));
    m_saveAs->setToolTip(
        tr("Write the text into another file, which is the draft's from then on (Ctrl+Shift+S)"));
    for (QAction* action : {m_undo, m_redo})
        action->setShortcutContext(Qt::WidgetWithChildrenShortcut);
    addActions({m_save, m_saveAs, m_undo, m_redo});
    m_summary->setWordWrap(true);
    m_status->setObjectName(QStringLiteral("designStatus"));

    m_bar = new QWidget(this);
    auto* bar = new QHBoxLayout(m_bar);
    bar->setContentsMargins(0, 0, 0, 0);
    bar->addWidget(m_summary, 1);
    bar->addWidget(m_status);
    QToolButton* save = toolButton(m_save, m_bar);
    auto* ways = new QMenu(save);
    ways->addActions({m_save, m_saveAs});
    save->setMenu(ways);
    save->setPopupMode(QToolButton::MenuButtonPopup);
    bar->addWidget(save);
    bar->addWidget(toolButton(m_undo, m_bar));
    bar->addWidget(toolButton(m_redo, m_bar));
    return m_bar;
}

QWidget* DesignPage::makeBanner()
{
    m_banner = new QWidget(this);
    m_bannerText = new QLabel(m_banner);
    m_bannerText->setWordWrap(true);
    m_duplicate = new QPushButton(tr("Duplicate to edit"), m_banner);
    m_reload = new QPushButton(tr("Reload"), m_banner);
    m_reload->setObjectName(QStringLiteral("reloadFile"));
    m_reload->setToolTip(tr("Take what the file says now; Undo brings this text back"));
    m_keepMine = new QPushButton(tr("Keep mine"), m_banner);
    m_keepMine->setObjectName(QStringLiteral("keepMine"));
    m_keepMine->setToolTip(tr("Go on with this text; the next Save writes over the file"));
    m_change = new QPushButton(tr("Change…"), m_banner);
    m_change->setObjectName(QStringLiteral("changeExperiment"));
    m_change->setToolTip(
        tr("Edit bounds, choices, search, scheduler, budget and parallelism, for the trials to come"));
    m_apply = new QPushButton(tr("Apply to the experiment"), m_banner);
    m_apply->setObjectName(QStringLiteral("applyChange"));
    m_discard = new QPushButton(tr("Discard"), m_banner);
    m_discard->setObjectName(QStringLiteral("discardChange"));
    auto* layout = new QHBoxLayout(m_banner);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addWidget(m_bannerText, 1);
    for (QPushButton* button : {m_change, m_duplicate, m_apply, m_discard, m_reload, m_keepMine}) {
        button->setAccessibleName(button->text());
        layout->addWidget(button);
    }
    return m_banner;
}

QWidget* DesignPage::makeForm()
{
    auto* content = new QWidget(this);
    m_form = new SettingsForm(m_document, content);
    m_list = new ParameterList(m_parameters, content);
    auto* title = new QLabel(tr("Search space"), content);
    title->setFont(Theme::instance().strong());

    auto* layout = new QVBoxLayout(content);
    layout->setContentsMargins(0, 0, 2 * grid, 0);
    layout->setSpacing(grid);
    layout->addWidget(m_form);
    layout->addSpacing(grid);
    layout->addWidget(title);
    layout->addWidget(m_list);
    layout->addStretch();

    m_scroll = new FormScroll(content, this);
    return m_scroll;
}

QWidget* DesignPage::makeText()
{
    m_editor = new YamlEditor(m_document, this);
    m_dryRun = new DryRunPanel(this);
    m_cost = new CostPanel(m_client, this);

    auto* text = new QWidget(this);
    auto* layout = new QVBoxLayout(text);
    layout->setContentsMargins(0, grid, 0, 0);
    layout->addWidget(m_editor, 1);
    auto* problems = new ProblemList(m_document, *m_editor, problemLines, this);
    layout->addWidget(problems);
    connect(problems, &ProblemList::fieldWanted, this, [this](const QString& key) {
        Field* field = m_form->field(key);
        reveal(field != nullptr ? field : m_list->field(key));
    });

    m_tabs = new QTabWidget(this);
    m_tabs->setObjectName(QStringLiteral("designTabs"));
    m_tabs->setDocumentMode(true);
    m_tabs->setAccessibleName(tr("Text, dry run and cost"));
    m_tabs->addTab(text, tr("Text"));
    m_tabs->addTab(m_dryRun, tr("Dry run"));
    m_tabs->addTab(new FormScroll(m_cost, this), tr("Cost"));
    m_tabs->setTabToolTip(2, tr("What would this cost? The search in simulated time"));
    return m_tabs;
}

QWidget* DesignPage::makeNothing()
{
    auto* nothing = new QuietBlock(this);
    nothing->setQuestion(tr("What do I search, with what, where, and at what cost?"));
    nothing->setParagraphs(
        {tr("An experiment's search space, its objective and its budget will stand here, beside the text "
            "of its file."),
         tr("No experiment is chosen. Choose one at the left, or make a new one with Ctrl+N.")});
    return nothing;
}

void DesignPage::connectParts()
{
    connect(m_undo, &QAction::triggered, this, &DesignPage::undo);
    connect(m_redo, &QAction::triggered, &m_document.history(), &QUndoStack::redo);
    connect(&m_document.history(), &QUndoStack::indexChanged, this, &DesignPage::updateReadOnly);
    connect(&m_document, &ExperimentDocument::readOnlyChanged, this, &DesignPage::updateReadOnly);
    connect(&m_document, &ExperimentDocument::reread, this, &DesignPage::reread);
    const auto setReadOnly = [this] {
        m_saver.setReadOnly();
        updateBanner();
        updateStatus();
    };
    connect(&m_client, &StoreClient::readOnly, this, setReadOnly);
    if (!m_client.whyReadOnly().isEmpty())
        setReadOnly();
    connect(&m_saver, &DraftSaver::savedChanged, this, &DesignPage::updateStatus);
    connect(&m_saver, &DraftSaver::saveWanted, &m_client, &StoreClient::saveText);
    connect(&m_resample, &QTimer::timeout, this, &DesignPage::resample);
    connect(&m_parameters, &ParameterModel::refused, m_bannerText, &QLabel::setText);
    connect(&m_client, &StoreClient::trialsChanged, this, [this](const TrialsUpdatePtr& update) {
        m_trialTimes.learn(*update);
        if (update->experiment == m_record.id)
            m_resample.start();
    });
    connect(&m_client, &StoreClient::experimentsChanged, this, [this](const ExperimentList& experiments) {
        m_experiments = experiments;
        learnNames();
        showFile();
    });
    connect(m_save, &QAction::triggered, this, &DesignPage::saveFile);
    connect(m_saveAs, &QAction::triggered, this, &DesignPage::chooseFile);
    connect(m_reload, &QPushButton::clicked, &m_file, &DraftFile::reload);
    connect(m_keepMine, &QPushButton::clicked, &m_file, &DraftFile::keepMine);
    connect(&m_file, &DraftFile::fileChanged, &m_client, &StoreClient::setFile);
    connect(&m_file, &DraftFile::stateChanged, this, [this] { tellFile({}); });
    connect(m_duplicate, &QPushButton::clicked, this, &DesignPage::duplicate);
    connect(m_change, &QPushButton::clicked, this, [this] { propose(true); });
    connect(m_discard, &QPushButton::clicked, this, [this] { propose(false); });
    connect(m_apply, &QPushButton::clicked, this, &DesignPage::applyChange);
    connect(qApp, &QApplication::applicationStateChanged, this, [this](Qt::ApplicationState state) {
        if (state != Qt::ApplicationActive)
            return;
        m_file.check();
        if (!m_document.problems().empty())
            m_document.readAgain(); // a file that was missing may be there now
    });
    connect(
        m_list, &ParameterList::revealed, m_scroll,
        [this](QWidget* card) { m_scroll->ensureWidgetVisible(card); }, Qt::QueuedConnection);
}

void DesignPage::showExperiment(const ExperimentRecord& experiment)
{
    const bool moved = m_record.id == experiment.id && m_record.baseDirectory != experiment.baseDirectory;
    if (m_record.id != experiment.id) {
        m_file.show(0, std::nullopt); // before there is another text
        m_fileProblem.clear();
    }
    m_record = experiment;
    m_dryRun->setPlace(experiment, m_client.storeFile());
    const bool isOurs = experiment.state == ExperimentState::Draft && !isCopy(experiment.id);
    m_document.setFolder(isOurs ? experiment.baseDirectory : std::string());
    m_saver.show(experiment);
    if (moved)
        m_document.readAgain();
    learnNames();
    showFile();
    m_stack->setCurrentIndex(experiment.id == 0 ? 1 : 0);
    m_bar->setVisible(experiment.id != 0);
    updateBanner();
    updateStatus();
}

/// Of an experiment on another machine, whose files are there.
bool DesignPage::isCopy(std::int64_t experiment) const
{
    return m_experiments && std::ranges::any_of(*m_experiments, [&](const ExperimentOverview& overview) {
               return overview.record.id == experiment && overview.copyOf;
           });
}

QString DesignPage::save()
{
    m_saver.flush();
    if (m_document.isReadOnly() || m_saver.isProposing() || m_document.problems().empty())
        return {};
    const FileProblem& first = m_document.problems().front();
    return tr("%1 cannot start, its design has %2: %3")
        .arg(QString::fromStdString(m_record.name), countProblems(),
             QString::fromStdString(first.key.empty() ? first.message : first.key + ": " + first.message));
}

/// The first field with a problem, else the first place in the text.
void DesignPage::showProblem()
{
    Field* field = m_form->firstProblem();
    if (field == nullptr)
        field = m_list->firstProblem();
    if (field != nullptr && m_document.isReadable()) {
        reveal(field);
    } else if (!m_document.problems().empty()) {
        m_tabs->setCurrentIndex(0);
        m_editor->goTo(m_document.problems().front().line, m_document.problems().front().column);
    }
}

void DesignPage::reveal(QWidget* field)
{
    if (field == nullptr)
        return;
    m_scroll->ensureWidgetVisible(field);
    field->setFocus(Qt::OtherFocusReason);
}

QString DesignPage::countProblems() const
{
    const auto count = static_cast<int>(m_document.problems().size());
    return count == 1 ? tr("1 problem") : tr("%1 problems").arg(count);
}

/// What was typed and refused goes first; it never was part of the history.
void DesignPage::undo()
{
    const QWidget* focus = QApplication::focusWidget();
    auto* field = focus != nullptr ? qobject_cast<Field*>(focus->parentWidget()) : nullptr;
    if (field == nullptr || !field->revert())
        m_document.history().undo();
}

void DesignPage::reread()
{
    m_resample.start();
    updateReadOnly();
    updateBanner();
    updateStatus();
    if (m_document.problems().empty())
        Q_EMIT problemsFixed();
}

void DesignPage::resample()
{
    const Experiment& experiment = m_document.experiment();
    const std::vector<Configuration> configurations = sampleConfigurations(experiment, samples);
    m_list->setSamples(configurations);
    m_summary->setText(PlanSummary(experiment, m_trialTimes.of(m_record)).text());
    if (!m_document.problems().empty()) {
        m_dryRun->showNothing(tr("A dry run needs an experiment without problems."));
        m_cost->showNothing(tr("A simulation needs an experiment without problems."));
    } else {
        m_dryRun->show(experiment, configurations);
        m_cost->show(m_record, experiment);
    }
}

void DesignPage::updateBanner()
{
    QString text;
    if (!m_client.whyReadOnly().isEmpty())
        text = m_client.whyReadOnly();
    else if (m_document.isReadOnly() && m_record.id != 0)
        text = tr("This experiment has started: what makes its trials comparable is fixed.");
    else if (!m_document.isReadable() && !m_document.text().isEmpty())
        text = tr("The text is not YAML at the moment; form and cards show what it said before.");
    else if (const QString name = m_saver.refusedName(); !name.isEmpty())
        text = tr("Another experiment is called %1 already, so this one keeps its name, %2, until you choose "
                  "another.")
                   .arg(name, QString::fromStdString(m_record.name));
    const bool changed = m_file.state() == DraftFile::State::Changed;
    const QString file = QDir::toNativeSeparators(m_file.path());
    if (!m_fileProblem.isEmpty())
        text = m_fileProblem;
    else if (text.isEmpty() && changed)
        text = tr("Another program changed %1.").arg(file);
    else if (text.isEmpty() && m_file.state() == DraftFile::State::Missing)
        text = tr("%1 is not there any more; Save writes it again.").arg(file);
    m_bannerText->setText(text);
    const bool isFixed = m_document.isReadOnly() && m_client.whyReadOnly().isEmpty();
    m_duplicate->setVisible(isFixed);
    m_change->setVisible(isFixed && mayChange());
    for (QPushButton* button : {m_apply, m_discard})
        button->setVisible(m_saver.isProposing());
    m_reload->setVisible(changed);
    m_keepMine->setVisible(changed);
    m_banner->setVisible(!text.isEmpty());
    if (m_saver.isProposing())
        showProposal();
}

void DesignPage::updateStatus()
{
    QStringList parts;
    if (!m_document.problems().empty())
        parts.append(countProblems());
    setTone(*m_status, m_document.problems().empty() ? Tone::Muted : Tone::Bad);
    if (m_document.isReadOnly())
        parts.append(tr("read-only"));
    else if (m_saver.isProposing())
        parts.append(tr("not applied"));
    else
        parts.append(m_saver.isSaved() ? m_file.whereSaved() : tr("saving …"));
    m_status->setText(parts.join(QStringLiteral(" · ")));
    const QString store =
        tr("The store keeps every edit: %1").arg(QDir::toNativeSeparators(m_client.storeFile()));
    const QString path = QDir::toNativeSeparators(m_file.path());
    m_status->setToolTip(path.isEmpty() ? store : store + u'\n' + tr("The file: %1").arg(path));
    for (QAction* action : {m_save, m_saveAs})
        action->setEnabled(m_record.id != 0);
    m_save->setToolTip(!isOwnText()     ? tr("Write a copy into a file (Ctrl+S)")
                       : path.isEmpty() ? tr("Save into a file (Ctrl+S)")
                                        : tr("Save into %1 (Ctrl+S)").arg(path));
}

void DesignPage::updateReadOnly()
{
    const bool readOnly = m_document.isReadOnly();
    const QUndoStack& history = m_document.history();
    m_form->setReadOnly(readOnly || !m_document.isReadable());
    m_list->setReadOnly(readOnly || !m_document.isReadable());
    m_undo->setEnabled(!readOnly && (history.canUndo() || m_document.hasRefusals()));
    m_redo->setEnabled(!readOnly && history.canRedo());
    m_undo->setToolTip(history.canUndo() ? tr("Undo: %1 (Ctrl+Z)").arg(history.undoText())
                                         : tr("Nothing to undo"));
    m_redo->setToolTip(history.canRedo() ? tr("Redo: %1 (Ctrl+Shift+Z)").arg(history.redoText())
                                         : tr("Nothing to redo"));
}

void DesignPage::learnNames()
{
    QStringList others;
    if (m_experiments)
        for (const ExperimentOverview& overview : *m_experiments)
            if (overview.record.id != m_record.id)
                others.append(QString::fromStdString(overview.record.name));
    m_saver.setTakenNames(others);
    updateBanner();
}

} // namespace widthwise::ui
