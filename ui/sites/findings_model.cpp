// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/sites/findings_model.h"

#include "ui/theme/theme.h"

#include <algorithm>
#include <functional>

namespace widthwise::ui {

namespace {

StateSign signOf(Verdict verdict)
{
    switch (verdict) {
    case Verdict::Good:
        return {QStringLiteral("✓"), FindingsModel::tr("good"), Tone::Good};
    case Verdict::Warning:
        return {QStringLiteral("!"), FindingsModel::tr("warning"), Tone::Warning};
    case Verdict::Bad:
        break;
    }
    return {QStringLiteral("✕"), FindingsModel::tr("bad"), Tone::Bad};
}

} // namespace

void FindingsModel::setFindings(const Findings& findings)
{
    beginResetModel();
    m_findings = findings;
    std::ranges::stable_sort(m_findings, std::greater<>(), &Finding::verdict);
    endResetModel();
}

int FindingsModel::rowCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : int(m_findings.size());
}

QVariant FindingsModel::data(const QModelIndex& index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid))
        return {};
    const Finding& finding = m_findings[std::size_t(index.row())];
    const StateSign sign = signOf(finding.verdict);
    const QString what = QString::fromStdString(finding.what);
    const QString found = QString::fromStdString(finding.found);
    const QString fix = QString::fromStdString(finding.fix);
    switch (role) {
    case Qt::DisplayRole:
        return what;
    case Qt::AccessibleTextRole:
        return QString(what + QStringLiteral(", ") + sign.label + QStringLiteral(": ") + found +
                       (fix.isEmpty() ? QString() : tr("; to fix it: %1").arg(fix)));
    case ShapeRole:
        return sign.shape;
    case ToneRole:
        return int(sign.tone);
    case FoundRole:
        return found;
    case FixRole:
        return fix;
    default:
        return {};
    }
}

Verdict worst(const Findings& findings)
{
    Verdict verdict = Verdict::Good;
    for (const Finding& finding : findings)
        verdict = std::max(verdict, finding.verdict);
    return verdict;
}

} // namespace widthwise::ui
