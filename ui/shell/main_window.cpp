// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/shell/main_window.h"

#include "core/host/local_host.h"
#include "ui/ask/login_controller.h"
#include "ui/ask/login_panel.h"
#include "ui/attach/attach_panel.h"
#include "ui/attach/attachments.h"
#include "ui/pages/notice.h"
#include "ui/shell/more_trials_panel.h"
#include "ui/shell/page.h"
#include "ui/shell/questions.h"
#include "ui/shell/settings.h"
#include "ui/shell/shortcut_list.h"
#include "ui/shell/sidebar.h"
#include "ui/shell/status_line.h"
#include "ui/shell/welcome.h"
#include "ui/sites/sites_page.h"

#include <QCloseEvent>
#include <QMenu>
#include <QSplitter>
#include <QStackedWidget>
#include <QStatusBar>
#include <QTabWidget>
#include <QThread>
#include <QToolBar>
#include <QVBoxLayout>

namespace widthwise::ui {

namespace {

QString pageName(const QTabWidget& tabs)
{
    return tabs.currentWidget() ? tabs.currentWidget()->objectName() : QString();
}

} // namespace

MainWindow::MainWindow(StoreClient& client, QWidget* parent)
    : QMainWindow(parent), m_client(client), m_controller(client), m_actions(this), m_splitter(new QSplitter),
      m_sidebar(new Sidebar(m_experiments, m_siteList)), m_stack(new QStackedWidget), m_welcome(new Welcome),
      m_tabs(new QTabWidget), m_sites(new SitesPage(client.storeFile())), m_notice(new Notice),
      m_loginPanel(new LoginPanel), m_loginController(new LoginController(*m_loginPanel, this)),
      m_attachments(new Attachments(client, this)), m_attachPanel(new AttachPanel(*m_attachments)),
      m_moreTrials(new MoreTrialsPanel),
      m_questions(std::make_unique<Questions>(*m_notice, m_experiments, m_controller)),
      m_status(new StatusLine)
{
    setWindowTitle(tr("Widthwise"));
    setWindowIcon(Theme::instance().mark());
    setAcceptDrops(true);
    layOut();
    makeToolBar();
    m_shortcuts = new ShortcutList(this);
    connectActions();
    connectStore();
    connectSites();
    probeLocalSite();
    m_actions.update(nullptr);
    nameTheme();
}

MainWindow::~MainWindow() = default;

void MainWindow::layOut()
{
    m_tabs->setObjectName(QStringLiteral("pages"));
    m_tabs->setAccessibleName(tr("Pages"));
    m_tabs->setDocumentMode(true);
    m_stack->addWidget(m_welcome);
    m_stack->addWidget(m_tabs);
    m_stack->addWidget(m_sites);
    m_stack->setCurrentWidget(m_tabs);

    auto* right = new QWidget;
    auto* column = new QVBoxLayout(right);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    column->addWidget(m_notice);
    column->addWidget(m_loginPanel);
    column->addWidget(m_attachPanel);
    column->addWidget(m_moreTrials);
    column->addWidget(m_stack, 1);

    m_splitter->setObjectName(QStringLiteral("mainSplitter"));
    m_splitter->setHandleWidth(1);
    m_splitter->setChildrenCollapsible(false);
    m_splitter->addWidget(m_sidebar);
    m_splitter->addWidget(right);
    m_splitter->setStretchFactor(1, 1);
    m_splitter->setSizes({grid * 28, grid * 120});
    setCentralWidget(m_splitter);

    statusBar()->setSizeGripEnabled(false);
    statusBar()->addWidget(m_status, 1);
    resize(grid * 150, grid * 95);
}

void MainWindow::makeToolBar()
{
    auto* bar = addToolBar(tr("Actions"));
    bar->setObjectName(QStringLiteral("toolBar"));
    bar->setMovable(false);
    bar->setContextMenuPolicy(Qt::PreventContextMenu);
    bar->setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
    bar->setIconSize({grid * 2, grid * 2});
    bar->addActions({m_actions.create, m_actions.open, m_actions.attach});
    bar->addSeparator();
    bar->addActions(
        {m_actions.start, m_actions.pause, m_actions.stop, m_actions.retryFailed, m_actions.addTrials});
    auto* space = new QWidget;
    space->setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Preferred);
    bar->addWidget(space);
    bar->addActions({m_actions.changeTheme, m_actions.shortcuts});
    for (QAction* action : {m_actions.changeTheme, m_actions.shortcuts})
        action->setPriority(QAction::LowPriority); // without its text
    addActions(m_actions.all());
    setContextMenuPolicy(Qt::NoContextMenu);
}

void MainWindow::connectActions()
{
    const auto withCurrent = [this](void (ExperimentController::*what)(const ExperimentOverview&)) {
        return [this, what] {
            if (const ExperimentOverview* overview = current())
                (m_controller.*what)(*overview);
        };
    };
    connect(m_actions.startPage, &QAction::triggered, this, &MainWindow::showStartPage);
    connect(m_sidebar, &Sidebar::startPageWanted, this, &MainWindow::showStartPage);
    connect(m_actions.create, &QAction::triggered, &m_controller, &ExperimentController::create);
    connect(m_actions.open, &QAction::triggered, this, &MainWindow::chooseFile);
    connect(m_actions.openStore, &QAction::triggered, this, &MainWindow::chooseStore);
    connect(m_actions.attach, &QAction::triggered, m_attachPanel, &AttachPanel::toggle);
    connect(m_actions.start, &QAction::triggered, this, &MainWindow::start);
    connect(m_actions.pause, &QAction::triggered, this, withCurrent(&ExperimentController::pause));
    connect(m_actions.stop, &QAction::triggered, this, [this] { m_questions->stop(current()); });
    connect(m_actions.addTrials, &QAction::triggered, this, [this] { m_moreTrials->ask(current()); });
    connect(m_moreTrials, &MoreTrialsPanel::wanted, this, [this](std::int64_t id, int count) {
        if (const ExperimentOverview* overview = m_experiments.find(id))
            m_controller.addTrials(*overview, count);
    });
    connect(m_actions.retryFailed, &QAction::triggered, this,
            withCurrent(&ExperimentController::retryFailed));
    connect(m_actions.remove, &QAction::triggered, this, [this] { m_questions->remove(current()); });
    connect(m_actions.changeTheme, &QAction::triggered, this, &MainWindow::changeTheme);
    connect(m_actions.shortcuts, &QAction::triggered, m_shortcuts, &ShortcutList::toggle);

    connect(m_welcome, &Welcome::exampleWanted, &m_controller, &ExperimentController::openExample);
    connect(m_welcome, &Welcome::newWanted, &m_controller, &ExperimentController::create);
    connect(m_welcome, &Welcome::fileWanted, this, &MainWindow::chooseFile);
    connect(m_status, &StatusLine::resumeWanted, this, withCurrent(&ExperimentController::start));
    connect(m_status, &StatusLine::loginWanted, this, &MainWindow::logIn);
    connect(m_sidebar, &Sidebar::experimentChosen, this, &MainWindow::choose);
    connect(m_sidebar, &Sidebar::contextMenuWanted, this, [this](const QPoint& position) {
        auto* menu = new QMenu(this);
        menu->setAttribute(Qt::WA_DeleteOnClose);
        menu->addActions({m_actions.start, m_actions.pause, m_actions.stop, m_actions.retryFailed});
        menu->addSeparator();
        menu->addActions({m_actions.addTrials, m_actions.remove});
        menu->popup(position);
    });
}

void MainWindow::connectStore()
{
    const auto showError = [this](const QString& message) { m_notice->tell(Tone::Bad, message); };
    connect(&m_controller, &ExperimentController::failed, this, showError);
    connect(&m_controller, &ExperimentController::driversChanged, this, &MainWindow::refreshCurrent);
    connect(&m_controller, &ExperimentController::driverStarted, m_loginController, &LoginController::attend);
    connect(m_loginController, &LoginController::failed, this, showError);
    connect(&m_client, &StoreClient::failed, this, showError);
    connect(&m_client, &StoreClient::lost, this, &MainWindow::offerToReopen);
    connect(&m_client, &StoreClient::reopened, this, [this] {
        m_notice->dismiss();
        m_listed = false;
    });
    connect(&m_client, &StoreClient::readOnly, this, &MainWindow::setReadOnly);
    connect(&m_client, &StoreClient::unusable, this, [this](const QString& message) {
        m_notice->offer(Tone::Bad, message, m_actions.openStore->text(), [this] { chooseStore(); });
    });
    connect(m_attachPanel, &AttachPanel::forgetWanted, this, &MainWindow::askToForget);
    connect(m_attachments, &Attachments::failed, this, showError);
    connect(m_attachments, &Attachments::started, m_loginController, &LoginController::attend);
    connect(&m_client, &StoreClient::experimentsChanged, this, &MainWindow::applyExperiments);
    connect(&m_client, &StoreClient::trialsChanged, this, [this](const TrialsUpdatePtr& update) {
        if (update->experiment == m_current)
            m_status->applyTrials(*update);
    });
    const auto chooseAdded = [this](qint64 id) {
        m_awaited = id;
        if (m_experiments.find(id))
            showOpened(id);
    };
    connect(&m_client, &StoreClient::experimentAdded, this, chooseAdded);
    connect(&m_controller, &ExperimentController::found, this, chooseAdded);
}

void MainWindow::connectSites()
{
    connect(m_sidebar, &Sidebar::siteChosen, this, &MainWindow::chooseSite);
    connect(m_sidebar, &Sidebar::newSiteWanted, m_sites, &SitesPage::createSite);
    connect(m_sites, &SitesPage::started, m_loginController, &LoginController::attend);
    connect(m_sites, &SitesPage::tested, &m_siteList, &SitesModel::setVerdict);
    connect(&m_siteList, &QAbstractItemModel::modelReset, this, [this] {
        if (m_stack->currentWidget() == m_sites)
            m_sidebar->setCurrentSite(
                m_siteList.indexOf(m_sites->site()).isValid() ? m_sites->site() : QStringLiteral("local"));
    });
    connect(m_sites, &SitesPage::sitesChanged, this, [this](const QString& site) {
        m_siteList.reread();
        m_sidebar->setCurrentSite(site.isEmpty() ? QStringLiteral("local") : site);
    });
}

void MainWindow::addPage(const QString& name, const QString& title, Page* page)
{
    page->setObjectName(name);
    m_tabs->addTab(page, title);
    m_pages.append(page);
    page->showExperiment(m_shown);

    auto* go = new QAction(tr("Page %1").arg(title), this);
    go->setShortcut(QKeySequence(QKeyCombination(Qt::CTRL, Qt::Key(Qt::Key_0 + m_pages.size()))));
    connect(go, &QAction::triggered, page, [this, page] {
        showPages();
        m_tabs->setCurrentWidget(page);
    });
    addAction(go);

    connect(page, &Page::trialSelected, this, [this, page](int number) {
        for (Page* other : std::as_const(m_pages))
            if (other != page)
                other->selectTrial(number);
    });
    connect(page, &Page::trialCommanded, this, [this](const Command& command) {
        if (const ExperimentOverview* overview = current())
            m_controller.sendTrial(*overview, command);
    });
    connect(page, &Page::experimentDerived, this,
            [this](const ExperimentRecord& record, bool start, const QString& pageToShow,
                   const std::vector<Trial>& trials) {
                m_controller.add(record, start, trials);
                showPage(pageToShow);
            });
    connect(page, &Page::problemsFixed, this, [this] { m_notice->retract(m_whyNotStarted); });
    connect(page, &Page::experimentWanted, m_sidebar, &Sidebar::setCurrent);
    connect(page, &Page::reasonTold, m_status, &StatusLine::setReasonTold);
}

void MainWindow::restore()
{
    restoreGeometry(Settings::layout(QStringLiteral("window")));
    m_splitter->restoreState(Settings::layout(QStringLiteral("sidebar")));
    showPage(Settings::choice(QStringLiteral("page")));
}

void MainWindow::showPage(const QString& name)
{
    for (Page* page : std::as_const(m_pages))
        if (page->objectName() == name)
            m_tabs->setCurrentWidget(page);
}

void MainWindow::remember() const
{
    Settings::setLayout(QStringLiteral("window"), saveGeometry());
    Settings::setLayout(QStringLiteral("sidebar"), m_splitter->saveState());
    Settings::setChoice(QStringLiteral("page"), pageName(*m_tabs));
}

void MainWindow::closeEvent(QCloseEvent* event)
{
    remember();
    QMainWindow::closeEvent(event);
}

void MainWindow::applyExperiments(const ExperimentList& experiments)
{
    m_experiments.setExperiments(experiments);
    m_siteList.setExperiments(experiments);
    if (experiments->empty() && m_stack->currentWidget() == m_tabs)
        m_stack->setCurrentWidget(m_welcome);
    if (std::exchange(m_listed, true)) {
        if (m_experiments.find(m_awaited))
            showOpened(m_awaited);
        refreshCurrent();
        return;
    }
    std::int64_t chosen = experiments->empty() ? 0 : experiments->back().record.id;
    const std::string remembered = Settings::choice(QStringLiteral("experiment")).toStdString();
    for (const ExperimentOverview& overview : *experiments)
        if (overview.record.name == remembered)
            chosen = overview.record.id;
    m_sidebar->setCurrent(chosen);
    if (!m_fileToOpen.isEmpty())
        m_controller.openFile(std::exchange(m_fileToOpen, {}));
}

void MainWindow::showOpened(std::int64_t experiment)
{
    m_awaited = 0;
    m_sidebar->setCurrent(experiment);
    showPages();
    const ExperimentRecord& opened = m_experiments.find(experiment)->record;
    if (opened.state == ExperimentState::Draft && !opened.parent) // one that was derived has its page
        showPage(QStringLiteral("design"));
    if (std::exchange(m_startOpened, false))
        m_actions.start->trigger();
}

void MainWindow::choose(std::int64_t experiment)
{
    m_current = experiment;
    m_notice->dismiss();
    m_moreTrials->hide();
    if (experiment != 0) {
        m_sidebar->setCurrent(experiment);
        m_stack->setCurrentWidget(m_tabs);
    }
    m_client.follow(experiment);
    refreshCurrent();
    if (const ExperimentOverview* overview = current())
        Settings::setChoice(QStringLiteral("experiment"), QString::fromStdString(overview->record.name));
}

/// What a page has to say against it is shown there, and nothing starts.
void MainWindow::start()
{
    const ExperimentOverview* overview = current();
    if (!overview)
        return;
    showPages();
    for (Page* page : std::as_const(m_pages))
        if (const QString problem = page->save(); !problem.isEmpty()) {
            m_tabs->setCurrentWidget(page);
            m_notice->tell(Tone::Warning, problem);
            m_whyNotStarted = problem;
            page->showProblem();
            return;
        }
    m_sites->save();
    m_notice->dismiss();
    showPage(QStringLiteral("monitor"));
    m_controller.start(*overview);
}

/// In place of a site or the start page.
void MainWindow::showPages()
{
    if (m_current == 0)
        return;
    m_sidebar->setCurrent(m_current);
    m_stack->setCurrentWidget(m_tabs);
}

void MainWindow::showStartPage()
{
    m_notice->dismiss();
    m_sidebar->clear();
    m_stack->setCurrentWidget(m_welcome);
}

void MainWindow::chooseSite(const QString& site)
{
    m_notice->dismiss();
    m_sidebar->setCurrentSite(site);
    m_sites->showSite(site);
    m_stack->setCurrentWidget(m_sites);
}

void MainWindow::refreshCurrent()
{
    const ExperimentOverview* overview = current();
    m_actions.update(overview);
    m_status->showExperiment(overview, overview && m_controller.isStarting(*overview));
    const ExperimentRecord record = overview ? overview->record : ExperimentRecord{};
    setWindowTitle(overview ? tr("%1 – Widthwise").arg(QString::fromStdString(record.name))
                            : tr("Widthwise"));
    if (record == m_shown)
        return;
    m_shown = record;
    for (Page* page : std::as_const(m_pages))
        page->showExperiment(record);
}

/// What reaches the experiment's machine, its driver or the keeper of its copy, is started anew and asks.
void MainWindow::logIn()
{
    const ExperimentOverview* overview = current();
    if (overview && overview->copyOf)
        m_attachments->attach(overview->copyOf->mirror.remote);
    else if (overview)
        m_controller.logIn(*overview);
}

void MainWindow::setReadOnly(const QString& reason)
{
    m_actions.setReadOnly(reason);
    m_status->setReadOnly(reason);
}

void MainWindow::askToForget(const MirrorRecord& mirror, int copies)
{
    const QString name = remoteName(mirror.remote);
    QString question = tr("Forget %1?").arg(name);
    if (copies == 1)
        question = tr("Forget %1, and remove its experiment from here? There it stays.").arg(name);
    else if (copies > 1)
        question = tr("Forget %1, and remove its %2 experiments from here? There they stay.")
                       .arg(name, QString::number(copies));
    m_notice->ask(question, tr("Forget"), [this, id = mirror.id] { m_attachments->forget(id); });
}

void MainWindow::changeTheme()
{
    const auto next = static_cast<Theme::Mode>((static_cast<int>(Theme::instance().mode()) + 1) % 3);
    Theme::instance().apply(next);
    Settings::setThemeMode(next);
    nameTheme();
}

void MainWindow::nameTheme()
{
    const std::array names{tr("Theme: as the desktop"), tr("Theme: light"), tr("Theme: dark")};
    m_actions.changeTheme->setText(names.at(static_cast<std::size_t>(Theme::instance().mode())));
}

void MainWindow::probeLocalSite()
{
    auto* thread = QThread::create([this] {
        const Inventory inventory = LocalHost().inventory();
        QMetaObject::invokeMethod(this, [this, inventory] { m_siteList.setLocal(inventory); });
    });
    thread->setParent(this);
    connect(this, &QObject::destroyed, thread, [thread] { thread->wait(); });
    thread->start();
}

} // namespace widthwise::ui
