// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/experiment/experiment_file.h"
#include "core/search/grid_search.h"
#include "sweep_sample.h"
#include "tests/ui/ui_test.h"
#include "ui/compare/sweep_form.h"

#include <QComboBox>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QSignalSpy>
#include <QSpinBox>
#include <QTest>

using namespace widthwise;
using namespace widthwise::ui;

class TestSweepForm : public UiTest {
    Q_OBJECT

private Q_SLOTS:
    void init();
    void cleanup() { m_form.reset(); }
    void saysWhatASweepCosts();
    void makesWhatItSays();
    void saysWhatCannotBeRun();
    void whatWasTypedStaysWhileTrialsEnd();

private:
    QLineEdit* edit(const char* name);
    QPushButton* button(const char* text);
    QString cost() { return m_form->findChild<QLabel*>(QStringLiteral("sweepCost"))->text(); }

    ExperimentRecord m_record;
    Experiment m_base;
    std::unique_ptr<SweepForm> m_form;
};

void TestSweepForm::init()
{
    UiTest::init();
    const SweepSample sample;
    m_record = sample.record();
    m_base = parseExperiment(m_record.yaml);
    m_form = std::make_unique<SweepForm>();
    m_form->setBase(m_record, m_base, Configuration({{"max_lr", 0x1p-7}}), 10);
}

QLineEdit* TestSweepForm::edit(const char* name)
{
    for (QLineEdit* candidate : m_form->findChildren<QLineEdit*>())
        if (candidate->accessibleName() == QString::fromUtf8(name))
            return candidate;
    return nullptr;
}

QPushButton* TestSweepForm::button(const char* text)
{
    for (QPushButton* candidate : m_form->findChildren<QPushButton*>())
        if (candidate->text().contains(QString::fromUtf8(text)))
            return candidate;
    return nullptr;
}

void TestSweepForm::saysWhatASweepCosts()
{
    QCOMPARE(edit("Widths")->text(), QStringLiteral("32, 64, 128, 256"));
    QVERIFY2(cost().startsWith(QStringLiteral("72 trials")), qPrintable(cost())); // 4 widths, 9 rates, SP, μP
    QVERIFY2(cost().contains(QStringLiteral("6 min")), qPrintable(cost()));       // of 10 s, two at a time
    m_form->findChild<QComboBox*>()->setCurrentIndex(1);
    QVERIFY2(cost().startsWith(QStringLiteral("136 trials")), qPrintable(cost())); // 17 rates
}

void TestSweepForm::makesWhatItSays()
{
    QSignalSpy wanted(m_form.get(), &SweepForm::sweepWanted);
    edit("Widths")->setText(QStringLiteral("64,128"));
    edit("Lowest learning rate")->setText(QStringLiteral("1e-3"));
    edit("Highest learning rate")->setText(QStringLiteral("8e-3"));
    m_form->findChild<QSpinBox*>()->setValue(3);
    QTest::keyClick(edit("Highest learning rate"), Qt::Key_Return);
    button("make")->click();
    QCOMPARE(wanted.size(), 2);
    QVERIFY(wanted[0][1].toBool());
    QVERIFY(!wanted[1][1].toBool());
    const auto record = wanted[0][0].value<ExperimentRecord>();
    QCOMPARE(record.name, "sweep-sweep");
    QCOMPARE(record.parent, std::optional(m_record.id));
    QCOMPARE(record.baseDirectory, "/data");
    const Experiment sweep = parseExperiment(record.yaml);
    QCOMPARE(gridSize(sweep.space, 1), std::uint64_t(2 * 4 * 3 * 2));
}

void TestSweepForm::saysWhatCannotBeRun()
{
    edit("Widths")->setText(QStringLiteral("36, 64"));
    QVERIFY2(cost().contains(QStringLiteral("width 36 is not a multiple of heads = 8")), qPrintable(cost()));
    QVERIFY(!button("Run")->isEnabled() && !button("make")->isEnabled());
    edit("Widths")->setText(QStringLiteral("wide"));
    QVERIFY(cost().contains(QStringLiteral("whole numbers")));
    edit("Widths")->setText(QStringLiteral("64"));
    QVERIFY(button("Run")->isEnabled());
    edit("Highest learning rate")->setText(QStringLiteral("1e-9"));
    QVERIFY2(cost().contains(QStringLiteral("learning rates: expected at least 3")), qPrintable(cost()));
}

void TestSweepForm::whatWasTypedStaysWhileTrialsEnd()
{
    edit("Widths")->setText(QStringLiteral("64"));
    m_form->setBase(m_record, m_base, Configuration({{"max_lr", 0x1p-6}}), 20);
    QCOMPARE(edit("Widths")->text(), QStringLiteral("64"));
    ExperimentRecord other = m_record;
    ++other.id;
    m_form->setBase(other, m_base, Configuration({{"max_lr", 0x1p-6}}), 20);
    QCOMPARE(edit("Widths")->text(), QStringLiteral("32, 64, 128, 256"));
}

WIDTHWISE_UI_TEST_MAIN(TestSweepForm)
#include "tst_sweep_form.moc"
