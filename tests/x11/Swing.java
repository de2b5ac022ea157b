import java.awt.BorderLayout;
import javax.swing.*;

/** What an IDE in Swing is made of: a combo box that opens out of the window, a field, a dialog. */
public class Swing {
    public static void main(String[] arguments) {
        SwingUtilities.invokeLater(() -> {
            JFrame frame = new JFrame("Toolkit");
            JTextField field = new JTextField();
            field.addActionListener(
                event -> JOptionPane.showMessageDialog(frame, field.getText(), "Said", 1));
            frame.add(field, BorderLayout.CENTER);
            frame.add(new JComboBox<>(new String[] {"red", "green", "blue"}), BorderLayout.SOUTH);
            frame.setSize(300, 150);
            frame.setVisible(true);
        });
    }
}
