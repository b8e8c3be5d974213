"""The complaint desk of chapter 08: six customers of Qinghe complain, the reader decides and sees what it earned."""

from crmlib.widgets.desk.view import ComplaintDesk, complaint_desk
